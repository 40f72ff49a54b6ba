import Foundation

/// Header texts with encoded-words (RFC 2047), as a strict reader has them.
enum EncodedText {
    /// A phrase before an address: atoms and encoded-words, nothing else.
    static func phrase(_ text: String) throws(Violation) -> String {
        for word in text.split(separator: " ") {
            try require(word.utf8.allSatisfy(AddressHeader.isAtomText), "a phrase is of atoms and encoded-words")
        }
        return try decode(String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
    }

    /// - Parameter text: unfolded. White space between two encoded-words is none (RFC 2047, 6.2).
    static func decode(_ text: String) throws(Violation) -> String {
        var decoded = ""
        var wasEncoded = false
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            try require(word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a header is ASCII")
            let isEncoded = word.hasPrefix("=?")
            if index > 0, !(isEncoded && wasEncoded) { decoded += " " }
            decoded += isEncoded ? try Self.word(word) : String(word)
            wasEncoded = isEncoded
        }
        return decoded
    }

    private static func word(_ word: Substring) throws(Violation) -> String {
        try require(word.utf8.count <= 75, "an encoded-word has 75 characters at most")
        let parts = word.split(separator: "?", omittingEmptySubsequences: false)
        try require(
            parts.count == 5 && parts[0] == "=" && parts[1] == "utf-8" && parts[2] == "B" && parts[4] == "=",
            "an encoded-word is UTF-8 in base64")
        let bytes = try require(Data(base64Encoded: String(parts[3])), "an encoded-word is base64")
        return try require(String(validating: bytes, as: UTF8.self), "an encoded-word is whole characters")
    }
}
