/// One part of a MIME body (RFC 2045, 2046): its headers, and what they say about the bytes below.
struct MailPart: Sendable {
    let headers: [MailMessage.Header]
    private let body: ArraySlice<UInt8>

    /// Splits headers from body at the first empty line, and unfolds the headers (RFC 5322, section 2.2.3).
    init(_ source: some Sequence<UInt8>) {
        let lines = Array(source).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let end = lines.firstIndex { $0.isEmpty || $0 == [13] } ?? lines.endIndex
        var fields: [String] = []
        for line in lines[..<end] {
            let words = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            if words.first == " " || words.first == "\t", let last = fields.popLast() {
                fields.append(last + words)
            } else {
                fields.append(words)
            }
        }
        headers = fields.compactMap { field in
            guard let colon = field.firstIndex(of: ":") else { return nil }
            let value = field[field.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return MailMessage.Header(name: String(field[..<colon]), value: String(value))
        }
        body = end < lines.count ? ArraySlice(lines[(end + 1)...].joined(separator: [10])) : []
    }

    /// Lower-case, without parameters; `text/plain` when it is not said.
    var mediaType: String {
        let type = value("content-type").prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        return type.isEmpty ? "text/plain" : type
    }

    /// The parts that hold something: this one, or those inside it.
    var leaves: [MailPart] {
        guard mediaType.hasPrefix("multipart/"), let boundary else { return [self] }
        var parts: [[ArraySlice<UInt8>]] = []
        for line in body.split(separator: 10, omittingEmptySubsequences: false) {
            let words = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            if words == "--\(boundary)--" { break }
            if words == "--\(boundary)" {
                parts.append([])
            } else if !parts.isEmpty {
                parts[parts.count - 1].append(line)
            }
        }
        return parts.flatMap { MailPart($0.joined(separator: [10])).leaves }
    }

    /// The decoded content; lines end in line feeds alone.
    var content: String {
        let encoding = value("content-transfer-encoding").filter { !$0.isWhitespace }.lowercased()
        let bytes = encoding == "base64" ? Base64.decode(body) : Array(body)
        return String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self)
    }

    private var boundary: String? {
        let parameters = value("content-type").split(separator: ";").dropFirst()
        for parameter in parameters {
            let trimmed = parameter.drop { $0 == " " || $0 == "\t" }
            if trimmed.lowercased().hasPrefix("boundary=") {
                return trimmed.dropFirst("boundary=".count).filter { $0 != "\"" }
            }
        }
        return nil
    }

    private func value(_ name: String) -> String {
        headers.first { $0.name.lowercased() == name }?.value ?? ""
    }
}
