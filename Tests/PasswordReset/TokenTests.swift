import PasswordReset
import Testing

@Suite struct TokenTests {
    /// A ring with a key that is plain to see: the bytes 0 to 31, under each of the ids that the vectors name.
    private static let text = [258, 1, 65535]
        .map { "\($0):AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n" }.joined()

    private func ring() throws -> LinkKeys { try LinkKeys(Self.text) }

    struct Vector: Sendable {
        let key: UInt16
        let request: Int64
        let expiresAt: Int64
        let text: String
    }

    /// Computed with Python's hmac and hashlib: the key is HKDF-SHA-256 (RFC 5869) of the ring's, without salt, with the
    /// label as info; the MAC is HMAC-SHA-256 over the label, a NUL, and the 19 bytes before it.
    static let vectors = [
        Vector(
            key: 0x0102, request: 0x0304_0506_0708_090A, expiresAt: 0x0B0C_0D0E_0F10_1112,
            text: "AQECAwQFBgcICQoLDA0ODxAREtr7zkNkd9qxJANOMMJy4A3wJ8YcQJtnLD1WniWlaEdp"),
        Vector(
            key: 1, request: 1, expiresAt: 1_893_456_000,
            text: "AQABAAAAAAAAAAEAAAAAcNvYgJQIevFwmtTwDFbH6x6F8wnbepHkJZfgTgmBH6dFMwhj"),
        Vector(
            key: .max, request: .max, expiresAt: .max,
            text: "Af__f_________9____________BHrNzF9SVzkL2ySqmnFpPTEzDFnmbzl8QcMIp1lzy"),
        Vector(
            key: 1, request: -1, expiresAt: -2,
            text: "AQAB_____________________r0S4V6yiBfxK4QDTtMSfPEwqbQFJGLFKxkoNB5pMD6E"),
    ]

    private func sign(_ token: Token, with keys: LinkKeys) throws -> String {
        token.signed(by: try #require(keys[token.keyID]), for: .reset)
    }

    @Test(arguments: vectors)
    func `a token is what another implementation of the contract makes of it`(vector: Vector) throws {
        let keys = try ring()
        let token = Token(keyID: vector.key, requestID: vector.request, expiresAt: vector.expiresAt)
        #expect(try sign(token, with: keys) == vector.text)
        #expect(Token(vector.text, keys: keys, for: .reset) == token)
    }

    @Test func `a token is 51 bytes in 68 characters: version, key, request, expiry, MAC, big-endian`() throws {
        let token = Token(keyID: 0x0102, requestID: 0x0304_0506_0708_090A, expiresAt: 0x0B0C_0D0E_0F10_1112)
        let text = try sign(token, with: ring())
        #expect(text.utf8.count == 68)
        let bytes = try #require(Base64URL.decode(text))
        #expect(bytes.count == 51)
        #expect(bytes.prefix(19).elementsEqual([1] + (0x01...0x12)))
    }

    @Test func `a token with any one bit changed is not ours`() throws {
        let keys = try ring()
        let bytes = try #require(Base64URL.decode(Self.vectors[0].text))
        for position in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[position] ^= 1 << UInt8(bit)
                #expect(
                    Token(Base64URL.encode(changed), keys: keys, for: .reset) == nil, "byte \(position), bit \(bit)")
            }
        }
    }

    @Test func `a token with any one letter changed is not ours`() throws {
        let keys = try ring()
        let letters = Array(Self.vectors[1].text)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for position in letters.indices {
            for letter in alphabet where letter != letters[position] {
                var changed = letters
                changed[position] = letter
                #expect(Token(String(changed), keys: keys, for: .reset) == nil, "letter \(position)")
            }
        }
    }

    @Test(arguments: [
        "", "A", "/", String(repeating: "A", count: 67), String(repeating: "A", count: 68),
        String(repeating: "A", count: 69), String(repeating: "é", count: 34), String(repeating: "\u{0}", count: 68),
    ])
    func `what has no valid MAC is not ours, whatever its length`(text: String) throws {
        #expect(Token(text, keys: try ring(), for: .reset) == nil)
    }

    @Test func `another spelling of a good token is refused`() throws {
        let keys = try ring()
        let good = Self.vectors[2].text
        let spellings = [
            good + "=", good + "A", String(good.dropLast()), String(good.dropLast()) + "=", " " + good.dropFirst(),
            good.replacing("_", with: "/"), good.replacing("_", with: "+"), good + "\n", good.lowercased(),
            String(good.dropLast()) + "\u{0301}", String(good.reversed()),
        ]
        for spelling in spellings { #expect(Token(spelling, keys: keys, for: .reset) == nil) }
    }

    @Test(arguments: [0, 2, 0x7F, 0xFF] as [UInt8])
    func `another version is refused`(version: UInt8) throws {
        var bytes = try #require(Base64URL.decode(Self.vectors[0].text))
        bytes[0] = version
        #expect(Token(Base64URL.encode(bytes), keys: try ring(), for: .reset) == nil)
    }

    @Test func `a MAC under the ring's own key, or under another purpose's, is refused`() throws {
        // Python again: the same 19 bytes, signed by the ring's key itself, by a key for "resetd/not-me/v1" over that
        // label, by the right key over that label, and by the right key without a label.
        let strangers = [
            "AQECAwQFBgcICQoLDA0ODxAREgJeaaJARwe6RSenyn8kj7PHtgDXCVFNghB7Mj-YLTUE",
            "AQECAwQFBgcICQoLDA0ODxAREulXp7eqYRwySexjtirxP433P1fY9c3plfX2fNffnxXr",
            "AQECAwQFBgcICQoLDA0ODxAREoV__TNO3IROw9lziv1FkbjxrBremfv8p3vc_azBBoFU",
            "AQECAwQFBgcICQoLDA0ODxAREvKMZzBwwFBhun-z10jmIaOu3KNftjwCYuQyNRaqjt1p",
        ]
        for stranger in strangers {
            #expect(stranger.utf8.count == 68)
            #expect(Token(stranger, keys: try ring(), for: .reset) == nil)
        }
    }

    @Test func `an expired token of ours is still ours`() throws {
        let keys = LinkKeys.generate()
        let token = Token(keyID: keys.current.id, requestID: 7, expiresAt: 0)
        #expect(Token(try sign(token, with: keys), keys: keys, for: .reset) == token)
    }

    @Test func `a key of the same number from another ring does not verify`() throws {
        let token = Token(keyID: 1, requestID: 7, expiresAt: 8)
        #expect(Token(try sign(token, with: .generate()), keys: .generate(), for: .reset) == nil)
    }

    @Test func `a rotated ring verifies what its old keys signed, a pruned one does not`() throws {
        let first = LinkKeys.generate()
        let token = Token(keyID: 1, requestID: 7, expiresAt: 8)
        let text = try sign(token, with: first)
        let rotated = try first.rotated().rotated()
        #expect(Token(text, keys: rotated, for: .reset) == token)
        #expect(Token(text, keys: try rotated.pruned(of: 2), for: .reset) == token)
        #expect(Token(text, keys: try rotated.pruned(of: 1), for: .reset) == nil)
    }
}
