@testable import PasswordReset

extension FuzzTarget {
    /// What stands in a URL after `/reset/`, in the console's cookie, and in a key ring.
    static let token = FuzzTarget("token", longest: 512, words: ["1:", "65535:", "# "]) { input in
        let text = String(decoding: input, as: UTF8.self)
        try forged(text)
        try signed(input)
        try base64(text, input)
        try cookie(text)
        try ring(text)
    }

    /// For tests alone: everybody can read them here.
    private static let keys = {
        let secret = Base64URL.encode([UInt8](repeating: 7, count: 32))
        let other = Base64URL.encode([UInt8](0..<32))
        guard let keys = try? LinkKeys("1:\(secret) 258:\(other)") else { preconditionFailure("no key ring") }
        return keys
    }()

    /// Whatever passes is the very text that the key that it names makes, and for one purpose alone.
    private static func forged(_ text: String) throws {
        for purpose in Token.Purpose.allCases {
            guard let token = Token(text, keys: keys, for: purpose) else { continue }
            let key = try require(keys[token.keyID], "a token names a key of the ring")
            try require(isSame(token.signed(by: key, for: purpose), text), "a token has one spelling")
            for other in Token.Purpose.allCases where other != purpose {
                try require(Token(text, keys: keys, for: other) == nil, "a token has one purpose")
            }
        }
    }

    /// The input as the numbers of a token, and then as changes to its text.
    private static func signed(_ input: [UInt8]) throws {
        guard input.count >= 17 else { return }
        func number(_ bytes: ArraySlice<UInt8>) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
        let key = keys.entries[Int(input[0]) % keys.entries.count]
        let token = Token(keyID: key.id, requestID: number(input[1..<9]), expiresAt: number(input[9..<17]))
        let text = token.signed(by: key, for: .reset)
        try require(text.utf8.count == Token.characterCount, "a token is 68 characters long")
        try require(Token(text, keys: keys, for: .reset) == token, "a token that we sign is ours")
        var changed = Array(text.utf8)
        for (position, letter) in zip(input[17...], input[17...].dropFirst()).prefix(32) {
            changed[Int(position) % changed.count] = letter
        }
        let forged = String(decoding: changed, as: UTF8.self)
        try require(
            isSame(forged, text) || Token(forged, keys: keys, for: .reset) == nil, "a changed token is not ours")
    }

    private static func base64(_ text: String, _ input: [UInt8]) throws {
        try require(Base64URL.decode(Base64URL.encode(input)) == input, "what is encoded is decoded to the same")
        guard let bytes = Base64URL.decode(text) else { return }
        try require(isSame(Base64URL.encode(bytes), text), "bytes have one spelling")
    }

    private static func cookie(_ text: String) throws {
        guard let token = ConsoleToken(text) else { return }
        try require(isSame(token.text, text), "a cookie has one spelling")
        try require(token.isFormToken(token.formToken), "a form's token is its session's")
        try require(!token.isFormToken(text) && !token.isFormToken(token.digest), "nothing else is a form's token")
    }

    private static func ring(_ text: String) throws {
        let ring: LinkKeys
        do throws(LinkKeysError) { ring = try LinkKeys(text) } catch {
            try require(text.utf8.count < 40 || !error.description.contains(text), "an error quotes no key ring")
            return
        }
        let again = try LinkKeys(ring.text)
        try require(again.ids == ring.ids && isSame(again.text, ring.text), "a ring is read as it is written")
        try require(!ring.ids.contains(0) && Set(ring.ids).count == ring.ids.count, "a key has a number of its own")
        let token = Token(keyID: ring.current.id, requestID: 7, expiresAt: 9)
        let signed = token.signed(by: ring.current, for: .notMe)
        try require(Token(signed, keys: again, for: .notMe) == token, "a ring that was written verifies")
        try require(try ring.rotated().ids.dropFirst().elementsEqual(ring.ids), "a rotation keeps every key")
    }
}
