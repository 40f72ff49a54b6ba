import Glibc

/// The texts of header fields: ASCII as it is, the rest as encoded-words (RFC 2047), folded; no control ever.
enum HeaderText {
    /// `Name <address>`, or the address alone, which is a ``Mailbox``'s wire form.
    static func mailbox(_ name: String, _ address: String) -> String {
        guard !name.isEmpty else { return "<\(address)>" }
        let phrase = phrase(name)
        let fits = !phrase.contains("\r\n") && phrase.utf8.count + address.utf8.count <= 66
        return "\(phrase)\(fits ? "" : "\r\n") <\(address)>"
    }

    /// A subject. Lines are folded at spaces so that none passes 78 characters (RFC 5322, 2.1.1) where it can be helped.
    ///
    /// - Parameter after: how many characters the line has before the text.
    static func unstructured(_ text: String, after: Int) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // A word has no space to fold at; one that is too long for any line is cut into encoded-words.
        guard line.utf8.allSatisfy({ 0x20...0x7E ~= $0 }), !line.contains("=?"),
            line.utf8.split(separator: UInt8(ascii: " ")).allSatisfy({ $0.count <= longestWord })
        else { return encodedWords(line) }
        var folded = ""
        var width = after
        for word in line.split(separator: " ") {
            if !folded.isEmpty {
                let fits = width + 1 + word.count <= 78
                folded += fits ? " " : "\r\n "
                width = fits ? width + 1 : 1
            }
            folded += word
            width += word.count
        }
        return folded
    }

    private static let longestWord = 900

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Unix seconds as RFC 5322, 3.3 writes them, in UTC.
    static func date(_ seconds: Int64) -> String {
        var instant = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&instant, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = unsafe "\(weekdays[Int(parts.tm_wday)]), \(parts.tm_mday) \(months[Int(parts.tm_mon)])"
        let time = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return unsafe "\(day) \(parts.tm_year + 1900) \(time) +0000"
    }

    /// A display name: words of plain atoms as they are, anything else encoded, so that no quoting can go wrong.
    private static func phrase(_ name: String) -> String {
        let isAtoms = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: " "):
                true
            default: false
            }
        }
        return isAtoms && name.utf8.count <= 64 ? name : encodedWords(name)
    }

    /// Encoded-words of at most 75 characters, cut between characters of the text (RFC 2047, 2 and 5).
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars where scalar.properties.generalCategory != .control {
            let bytes = Array(String(scalar).utf8)
            // "=?utf-8?B?" and "?=" leave 63 characters: 45 bytes in base64 are 60.
            if chunk.count + bytes.count > 45 {
                words.append("=?utf-8?B?\(Base64.encode(chunk))?=")
                chunk = []
            }
            chunk.append(contentsOf: bytes)
        }
        if !chunk.isEmpty { words.append("=?utf-8?B?\(Base64.encode(chunk))?=") }
        return words.joined(separator: "\r\n ")
    }
}
