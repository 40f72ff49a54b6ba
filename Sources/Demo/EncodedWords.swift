/// Reads base64 (RFC 4648), white space and padding ignored, up to the first character that is neither.
enum Base64 {
    static func decode(_ encoded: some Sequence<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        for character in encoded {
            let value: UInt8
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case 9, 10, 13, 32: continue
            default: return bytes
            }
            bits = (bits << 6 | UInt32(value)) & 0xFFFFFF
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        return bytes
    }
}

/// Encoded words in headers (RFC 2047), `B` and `Q`, in UTF-8 or ASCII; others stay as they are.
enum EncodedWords {
    static func decode(_ value: String) -> String {
        var result = ""
        var lastWasEncoded = false
        var gap = ""
        for word in value.split(separator: " ", omittingEmptySubsequences: false) {
            let decoded = decodeWord(word)
            // White space between two encoded words is not part of the text (RFC 2047, section 6.2).
            result += (decoded != nil && lastWasEncoded ? "" : gap) + (decoded ?? String(word))
            lastWasEncoded = decoded != nil
            gap = " "
        }
        return result
    }

    private static func decodeWord(_ word: Substring) -> String? {
        guard word.hasPrefix("=?"), word.hasSuffix("?=") else { return nil }
        let parts = word.dropFirst(2).dropLast(2).split(separator: "?", omittingEmptySubsequences: false)
        guard parts.count == 3, ["utf-8", "us-ascii"].contains(parts[0].lowercased()) else { return nil }
        switch parts[1].lowercased() {
        case "b": return String(decoding: Base64.decode(parts[2].utf8), as: UTF8.self)
        case "q": return quoted(parts[2])
        default: return nil
        }
    }

    private static func quoted(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "_") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
