/// One `local@domain` that is fit to stand between `<` and `>` of an SMTP command.
///
/// Its existence is the proof: no control character, space, bracket or separator can be in one, so no address can end a
/// command and begin another. libcurl before 8.22 would not stop it either.
package struct Mailbox: Sendable {
    /// What goes on the wire: outer white space trimmed, an internationalised domain as A-labels, else byte for byte; a local
    /// part that would be read as another without them stands in quotes.
    package let wire: String

    /// Whether the local part is beyond ASCII, which only a relay that offers SMTPUTF8 takes (RFC 6531, 3.1).
    package let needsSMTPUTF8: Bool

    /// - Parameter stored: the address as the directory has it.
    package init(_ stored: String) throws(MailboxError) {
        guard !Mailbox.isPlain(stored) else {
            wire = stored
            needsSMTPUTF8 = false
            return
        }
        let trimmed = Mailbox.trimmed(stored)
        guard trimmed.unicodeScalars.allSatisfy(Mailbox.isFit) else { throw .unfitCharacter }
        let parts = trimmed.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let tail = parts.last, !local.isEmpty else {
            throw .notOneAt
        }
        // RFC 5321, 4.5.3.1.1 and 4.5.3.1.2: 64 octets and 255 octets.
        let domain = String(tail)
        guard String(local).utf8.count <= 64, domain.utf8.count <= 255 else { throw .tooLong }
        let wireDomain = try Mailbox.wireForm(domain)
        wire = "\(Mailbox.quoted(local))@\(wireDomain)"
        needsSMTPUTF8 = !local.allSatisfy(\.isASCII)
    }

    /// RFC 5321, 4.1.2: without quotes, `a(b)` is `a` and a comment and `a\b` is `ab`, to Postfix too: the mail would go to
    /// somebody else. Other liberties, such as two dots in a row, relays take as they are.
    private static func quoted(_ local: Substring.UnicodeScalarView) -> String {
        guard local.contains(where: { "()[]:\\".unicodeScalars.contains($0) }) else { return String(local) }
        return "\"\(local.map { $0 == "\\" ? "\\\\" : String($0) }.joined())\""
    }

    /// Whether the address is one of those that nothing is to be done to, as most are: letters, digits and a few signs, an
    /// `@`, and two labels or more. What this says no to is judged at length.
    private static func isPlain(_ stored: String) -> Bool {
        guard stored.utf8.count <= 64 else { return false }
        var last = UInt8(ascii: ".")
        var hasAt = false
        var labels = 1
        for byte in stored.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
                break
            case UInt8(ascii: ".") where last != UInt8(ascii: ".") && last != UInt8(ascii: "@"):
                if hasAt { labels += 1 }
            case UInt8(ascii: "@") where !hasAt && last != UInt8(ascii: "."): hasAt = true
            default: return false
            }
            last = byte
        }
        return labels > 1 && last != UInt8(ascii: ".")
    }

    private static func wireForm(_ domain: String) throws(MailboxError) -> String {
        var form = domain
        if !domain.utf8.allSatisfy({ $0 < 0x80 }) {
            guard let converted = ASCIIDomain(domain) else { throw .unfitDomain }
            form = converted.text
        }
        guard form.utf8.count <= 255 else { throw .tooLong }
        let labels = form.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // What is left of RFC 5322's specials: no label has one, and unlike a local part a domain cannot be quoted.
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && !$0.contains(where: "()[]:\\".utf8.contains) })
        else { throw .unfitDomain }
        return form
    }

    /// The white space that `resetd.email_key` trims, and no other: a no-break space is a fault, not a margin.
    private static func trimmed(_ text: String) -> String {
        func isMargin(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !isMargin($0) }),
            let last = bytes.lastIndex(where: { !isMargin($0) })
        else { return "" }
        return String(text[first...last])
    }

    private static func isFit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", ">", ",", ";", "\"": false
        case "\u{21}"..."\u{7E}": true
        default:
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
        }
    }
}

/// By bytes: Swift's own comparison of strings is canonical equivalence, and two such addresses are two mailboxes.
extension Mailbox: Hashable {
    package static func == (left: Mailbox, right: Mailbox) -> Bool {
        left.wire.utf8.elementsEqual(right.wire.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in wire.utf8 { hasher.combine(byte) }
        hasher.combine(wire.utf8.count)
    }
}

/// Why a text is no mailbox; never says the text itself.
package enum MailboxError: Error, Equatable, CustomStringConvertible {
    /// A control character, space, `<`, `>`, comma, semicolon or quote.
    case unfitCharacter
    /// Not one `@` with something on both sides.
    case notOneAt
    /// Over 64 octets before or 255 after the `@`.
    case tooLong
    /// Fewer than two labels, an empty one, or no A-label form.
    case unfitDomain

    package var description: String {
        switch self {
        case .unfitCharacter: "the address has a character in it that no mail command may carry"
        case .notOneAt: "the address is not one local part, one @ and one domain"
        case .tooLong: "the address is longer than 64 octets before the @ or 255 after it"
        case .unfitDomain: "the domain of the address is not at least two labels that have a wire form"
        }
    }
}
