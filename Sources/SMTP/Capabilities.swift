/// What the relay offered in its last answer to EHLO (RFC 5321, 4.1.1.1).
struct Capabilities: Equatable {
    /// RFC 2920.
    var pipelining = false
    /// RFC 6152.
    var eightBitMIME = false
    /// RFC 6531.
    var smtpUTF8 = false
    /// RFC 1870.
    var size = false
    /// RFC 3207.
    var startTLS = false

    init() {}

    init(_ hello: Reply) {
        // The first line is the relay's name, every other one an extension with its parameters.
        for line in hello.lines.dropFirst() {
            // ASCII alone: elsewhere in Unicode there are letters whose capitals are these, such as `ı`.
            let word = line.prefix(while: { $0 != " " })
            switch word.utf8.allSatisfy({ $0 < 0x80 }) ? word.uppercased() : "" {
            case "PIPELINING": pipelining = true
            case "8BITMIME": eightBitMIME = true
            case "SMTPUTF8": smtpUTF8 = true
            case "SIZE": size = true
            case "STARTTLS": startTLS = true
            default: break
            }
        }
    }

    /// Why this relay can never take `mail`, as a reply of our own; nil when it can be tried.
    func refusal(of mail: Mail) -> Reply? {
        if mail.shape.hasBareLineEnd {
            return Reply(code: 554, text: "5.6.0 Not sent: the message has a CR or LF that stands alone")
        }
        if mail.needsSMTPUTF8, !smtpUTF8 {
            return Reply(code: 553, text: "5.6.7 Not sent: the address needs SMTPUTF8, which the relay does not offer")
        }
        if mail.shape.isEightBit, !eightBitMIME {
            return Reply(code: 554, text: "5.6.3 Not sent: the message needs 8BITMIME, which the relay does not offer")
        }
        return nil
    }
}
