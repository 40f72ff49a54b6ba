import PasswordReset
import Testing

@Suite struct LinkTests {
    @Test(arguments: [
        ("https://accounts.example.org", "https://accounts.example.org/reset/"),
        ("https://example.org/accounts/", "https://example.org/accounts/reset/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/reset/"),
    ])
    func `a link is the base, /reset/ and a token that names the request and the expiry`(base: String, start: String)
        throws
    {
        let keys = try LinkKeys.generate().rotated()
        let link = Link.minting(keys.current, request: 42, expiresAt: 1_893_456_000, base: try LinkBase(base))
        #expect(link.url.hasPrefix(start))
        let token = Token(link.url.dropFirst(start.count), keys: keys, for: .reset)
        #expect(token == Token(keyID: 2, requestID: 42, expiresAt: 1_893_456_000))
    }

    @Test func `the same request minted twice is the same link`() throws {
        let keys = LinkKeys.generate()
        let base = try LinkBase("https://example.org")
        let urls = (0..<2).map { _ in Link.minting(keys.current, request: 1, expiresAt: 2, base: base).url }
        #expect(urls[0] == urls[1])
    }
}
