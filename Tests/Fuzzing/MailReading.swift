import Foundation

/// A mail as a strict reader has it: RFC 5322, one recipient, two parts of `multipart/alternative`. It shares nothing with
/// what composes.
struct MailReading {
    /// Unfolded, in order.
    let headers: [(name: String, value: String)]
    let text: String
    let html: String

    static let names = [
        "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "X-Auto-Response-Suppress",
        "Content-Type",
    ]

    init(_ content: [UInt8]) throws(Violation) {
        let lines = try Self.lines(content)
        let end = try require(lines.firstIndex { $0.isEmpty }, "a blank line ends the header")
        headers = try Self.headers(lines[..<end])
        try require(headers.map(\.name) == Self.names, "these headers and no others: \(headers.map(\.name))")
        let boundary = try Self.boundary(headers[8].value)
        (text, html) = try Self.parts(lines[(end + 1)...], boundary)
    }

    subscript(_ name: String) -> String {
        headers.first { $0.name == name }?.value ?? ""
    }

    /// RFC 5322, 2.1.1 and 2.3: CRLF together or not at all, 998 octets, no NUL.
    private static func lines(_ content: [UInt8]) throws(Violation) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in content.enumerated() {
            try require(byte != 0, "a mail has no NUL")
            let isAfterCR = index > 0 && content[index - 1] == 0x0D
            try require((byte == 0x0A) == isAfterCR, "CR and LF stand together")
            guard byte == 0x0A else { continue }
            lines.append(content[start..<(index - 1)])
            try require(lines[lines.count - 1].count <= 998, "no line over 998 octets")
            start = index + 1
        }
        try require(start == content.count, "a mail ends with a line end")
        return lines
    }

    private static func headers(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(Violation) -> [(
        name: String, value: String
    )] {
        var headers: [(name: String, value: String)] = []
        for line in lines {
            try require(line.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a header has no control character")
            let text = try require(String(validating: line, as: UTF8.self), "a header is UTF-8")
            if line.first == UInt8(ascii: " "), !headers.isEmpty {
                try require(line.contains { $0 != 0x20 }, "a folded line is not blank")
                headers[headers.count - 1].value += text
            } else {
                let colon = try require(line.firstIndex(of: UInt8(ascii: ":")), "a header has a name")
                let name = String(decoding: line[..<colon], as: UTF8.self)
                headers.append((name, String(decoding: line[(colon + 1)...].dropFirst(), as: UTF8.self)))
            }
        }
        return headers
    }

    private static func boundary(_ type: String) throws(Violation) -> [UInt8] {
        let head = "multipart/alternative; boundary=\""
        try require(type.hasPrefix(head) && type.hasSuffix("\""), "a multipart with a boundary")
        let boundary = Array(type.utf8.dropFirst(head.utf8.count).dropLast())
        // RFC 2046, 5.1.1.
        try require(
            (1...70).contains(boundary.count) && !boundary.contains(0x22), "a boundary of 70 characters at most")
        return boundary
    }

    private static func parts(
        _ lines: ArraySlice<ArraySlice<UInt8>>, _ boundary: [UInt8]
    ) throws(Violation) -> (String, String) {
        let marks = lines.indices.filter { lines[$0].starts(with: Array("--".utf8) + boundary) }
        try require(marks.count == 3 && marks.first == lines.startIndex, "two parts, and nothing before them")
        try require(marks.last == lines.endIndex - 1 && lines[marks[2]].suffix(2) == Array("--".utf8)[...], "an end")
        return (
            try part(lines[(marks[0] + 1)..<marks[1]], type: "text/plain"),
            try part(lines[(marks[1] + 1)..<marks[2]], type: "text/html")
        )
    }

    private static func part(_ lines: ArraySlice<ArraySlice<UInt8>>, type: String) throws(Violation) -> String {
        let end = try require(lines.firstIndex { $0.isEmpty }, "a blank line ends a part's header")
        let head = lines[..<end].map { String(decoding: $0, as: UTF8.self) }
        let content = lines[(end + 1)...]
        let joined = Array(content.joined(separator: [0x0D, 0x0A]))
        if head == ["Content-Type: \(type); charset=us-ascii", "Content-Transfer-Encoding: 7bit"] {
            try require(joined.allSatisfy { $0 < 0x80 }, "7bit is ASCII")
            return String(decoding: joined, as: UTF8.self)
        }
        try require(
            head == ["Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: base64"], "7bit or base64")
        try require(content.allSatisfy { $0.count <= 76 }, "base64 has lines of 76 letters")
        let bytes = try require(Data(base64Encoded: Data(content.joined())), "base64 can be decoded")
        return try require(String(validating: bytes, as: UTF8.self), "a part is UTF-8")
    }
}
