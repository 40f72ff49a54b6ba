import Foundation

/// Base64 as MIME wants it (RFC 2045, 6.8).
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
    }

    /// Lines of 76 characters.
    static func lines(_ bytes: [UInt8]) -> [String] {
        // 57 bytes are 76 characters.
        stride(from: 0, to: bytes.count, by: 57).map { encode(Array(bytes[$0..<min($0 + 57, bytes.count)])) }
    }
}
