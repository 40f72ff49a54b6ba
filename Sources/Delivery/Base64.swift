/// Base64 as MIME wants it (RFC 2045, 6.8).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var letters: [UInt8] = []
        append(bytes[...], to: &letters)
        return String(decoding: letters, as: UTF8.self)
    }

    /// Appends lines of 76 letters, each with its end.
    static func appendLines(_ bytes: [UInt8], to lines: inout [UInt8]) {
        // 57 bytes are 76 letters.
        for start in stride(from: 0, to: bytes.count, by: 57) {
            append(bytes[start..<min(start + 57, bytes.count)], to: &lines)
            lines += [0x0D, 0x0A]
        }
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to letters: inout [UInt8]) {
        var rest = bytes
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(3)
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let letter = alphabet[Int(bits >> UInt32(18 - 6 * position) & 0x3F)]
                letters.append(position <= group.count ? letter : UInt8(ascii: "="))
            }
        }
    }
}
