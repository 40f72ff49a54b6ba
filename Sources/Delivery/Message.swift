/// An Internet message (RFC 5322) with a plain and an HTML part (RFC 2046, `multipart/alternative`), as bytes with CRLF.
///
/// A part is `7bit` when it is ASCII with no long line, else `base64`; never quoted-printable, whose soft line ends
/// naive clients break links at. The same input gives the same bytes.
struct Message {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - from: the header's value, as ``HeaderText/mailbox(_:_:)`` makes it; likewise `to`.
    ///   - date: likewise, by ``HeaderText/date(_:)``.
    ///   - subject: likewise, by ``HeaderText/unstructured(_:after:)``.
    init(
        from: String, to: String, subject: String, date: String, messageID: String, text: Stencil, html: Stencil,
        fillings: Stencil.Fillings
    ) {
        let boundary = [UInt8]("=_".utf8) + messageID.utf8.filter(Self.isLetterOrDigit).prefix(48)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(6144)
        func header(_ name: StaticString, _ value: String) {
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            bytes += value.utf8
            bytes += Self.lineEnd
        }
        header("From: ", from)
        header("To: ", to)
        header("Subject: ", subject)
        header("Date: ", date)
        header("Message-ID: ", messageID)
        header("MIME-Version: ", "1.0")
        // RFC 3834, 5: nobody's vacation program shall answer.
        header("Auto-Submitted: ", "auto-generated")
        header("X-Auto-Response-Suppress: ", "All")
        bytes += "Content-Type: multipart/alternative; boundary=\"".utf8
        bytes += boundary
        bytes += "\"\r\n\r\n".utf8
        for (type, stencil) in [("plain", text), ("html", html)] {
            bytes += "--".utf8
            bytes += boundary
            bytes += Self.lineEnd
            Self.appendPart(type, stencil, fillings, to: &bytes)
        }
        bytes += "--".utf8
        bytes += boundary
        bytes += "--\r\n".utf8
        self.bytes = bytes
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// RFC 5322, 2.1.1: no line over 998 octets; kept well under it.
    private static let longestLine = 900

    /// One part's header and content, in the encoding that it needs.
    private static func appendPart(
        _ type: String, _ stencil: Stencil, _ fillings: Stencil.Fillings, to bytes: inout [UInt8]
    ) {
        let isPlain = stencil.isPlain(with: fillings, limit: longestLine)
        bytes += "Content-Type: text/\(type); charset=\(isPlain ? "us-ascii" : "utf-8")\r\n".utf8
        bytes += "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")\r\n\r\n".utf8
        if isPlain {
            stencil.fill(fillings, into: &bytes)
            bytes += lineEnd
        } else {
            var content: [UInt8] = []
            stencil.fill(fillings, into: &content)
            Base64.appendLines(content, to: &bytes)
        }
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
