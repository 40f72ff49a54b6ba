/// An Internet message (RFC 5322) with a plain and an HTML part (RFC 2046, `multipart/alternative`), as bytes with CRLF.
///
/// A part is `7bit` when it is ASCII with no long line, else `base64`; never quoted-printable, whose soft line ends
/// naive clients break links at. The same input gives the same bytes.
struct Message {
    let bytes: [UInt8]

    private typealias Person = (name: String, address: String)

    init(
        from: (name: String, address: String), to: (name: String, address: String), subject: String, date: Int64,
        messageID: String, text: String, html: String
    ) {
        let boundary =
            "=_\(messageID.utf8.filter(Self.isLetterOrDigit).prefix(48).map { String(UnicodeScalar($0)) }.joined())"
        var lines = [
            "From: \(HeaderText.mailbox(from.name, from.address))",
            "To: \(HeaderText.mailbox(to.name, to.address))",
            "Subject: \(HeaderText.unstructured(subject, after: "Subject: ".count))",
            "Date: \(HeaderText.date(date))",
            "Message-ID: \(messageID)",
            "MIME-Version: 1.0",
            // RFC 3834, 5: nobody's vacation program shall answer.
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"",
            "",
        ]
        for (type, content) in [("plain", text), ("html", html)] {
            let part = Part(content)
            lines.append("--\(boundary)")
            lines.append("Content-Type: text/\(type); charset=\(part.charset)")
            lines.append("Content-Transfer-Encoding: \(part.encoding)")
            lines.append("")
            lines.append(contentsOf: part.lines)
        }
        lines.append("--\(boundary)--")
        lines.append("")
        bytes = Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}

/// One part's content in the encoding that it needs.
private struct Part {
    let charset: String
    let encoding: String
    let lines: [String]

    /// RFC 5322, 2.1.1: no line over 998 octets; kept well under it.
    private static let longestLine = 900

    init(_ content: String) {
        let plain = content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        if plain.allSatisfy({ $0.utf8.count <= Self.longestLine && $0.utf8.allSatisfy { $0 < 0x80 && $0 != 0 } }) {
            charset = "us-ascii"
            encoding = "7bit"
            lines = plain
        } else {
            charset = "utf-8"
            encoding = "base64"
            lines = Base64.lines(Array(plain.joined(separator: "\r\n").utf8))
        }
    }
}
