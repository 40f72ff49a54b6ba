/// The bytes of each command and of a content, appended to `output`.
///
/// Addresses come as ``Mailbox`` alone, so nothing in them can end a command.
extension Conversation {
    /// MAIL with the parameters that the relay offered and the mail needs.
    mutating func stageSender(_ mail: Mail) {
        append("MAIL FROM:<")
        append(mail.sender.wire)
        append(">")
        if capabilities.size {
            append(" SIZE=")
            append(mail.size)
        }
        if mail.shape.isEightBit { append(" BODY=8BITMIME") }
        if mail.needsSMTPUTF8 { append(" SMTPUTF8") }
        append("\r\n")
    }

    mutating func stageRecipient(_ mail: Mail) {
        append("RCPT TO:<")
        append(mail.recipient.wire)
        append(">\r\n")
    }

    /// The content, dot-stuffed where a line begins with a dot (RFC 5321, 4.5.2), and the line that ends it.
    mutating func stageContent(_ mail: Mail) {
        if mail.shape.hasLeadingDot {
            stuff(mail.content)
        } else {
            output.append(contentsOf: mail.content)
        }
        append(mail.shape.endsLine ? ".\r\n" : "\r\n.\r\n")
    }

    mutating func append(_ text: String) {
        output.append(contentsOf: text.utf8)
    }

    private mutating func append(_ number: Int) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = number
        var count = 0
        repeat {
            digits[count] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
            rest /= 10
            count += 1
        } while rest > 0
        for index in (0..<count).reversed() { output.append(digits[index]) }
    }

    private mutating func stuff(_ content: [UInt8]) {
        let dot = UInt8(ascii: ".")
        var line = 0
        while line < content.count {
            let end = content[line...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? content.count
            if content[line] == dot { output.append(dot) }
            output.append(contentsOf: content[line..<end])
            line = end
        }
    }
}
