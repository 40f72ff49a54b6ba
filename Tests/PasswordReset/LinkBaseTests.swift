import PasswordReset
import Testing

@Suite struct LinkBaseTests {
    struct Reading: Sendable {
        let typed: String
        let origin: String
        let path: String

        init(_ typed: String, _ origin: String, _ path: String = "") {
            self.typed = typed
            self.origin = origin
            self.path = path
        }
    }

    @Test(arguments: [
        Reading("https://accounts.example.org", "https://accounts.example.org"),
        Reading("https://accounts.example.org/", "https://accounts.example.org"),
        Reading("https://accounts.example.org//", "https://accounts.example.org"),
        Reading("HTTPS://Accounts.Example.ORG/Path", "https://accounts.example.org", "/Path"),
        Reading("https://example.org/a/b/", "https://example.org", "/a/b"),
        Reading("https://example.org:443/a", "https://example.org", "/a"),
        Reading("https://example.org:8443", "https://example.org:8443"),
        Reading("https://example.org:80", "https://example.org:80"),
        Reading("https://192.0.2.7:8443/x", "https://192.0.2.7:8443", "/x"),
        Reading("https://[2001:db8::7]:8443", "https://[2001:db8::7]:8443"),
        Reading("https://[2001:DB8::7]:443/", "https://[2001:db8::7]"),
        Reading("http://localhost", "http://localhost"),
        Reading("http://localhost:80/a", "http://localhost", "/a"),
        Reading("http://LOCALHOST:8080", "http://localhost:8080"),
        Reading("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        Reading("http://127.255.3.4", "http://127.255.3.4"),
        Reading("http://[::1]:8080", "http://[::1]:8080"),
    ])
    func `an https URL, or http on this host, is taken apart`(reading: Reading) throws {
        let base = try LinkBase(reading.typed)
        #expect(base.origin == reading.origin)
        #expect(base.path == reading.path)
        #expect(base.text == reading.origin + reading.path)
        #expect(base.isSecure == reading.origin.hasPrefix("https:"))
    }

    @Test(arguments: [
        "http://example.org", "http://accounts.example.org:8080/x", "http://192.0.2.7", "http://0.0.0.0",
        "http://[::]", "http://[2001:db8::7]", "http://localhost.example.org", "http://127.example.org",
        "http://127.0.0.1.example.org", "http://127.0.0.1-example.org", "http://1270.0.0.1",
    ])
    func `http to another host is refused, however much it looks like this one`(text: String) {
        #expect(throws: LinkBaseError.clear) { try LinkBase(text) }
    }

    @Test(arguments: [
        "", "/", "example.org", "//example.org", "https:", "https:/example.org", "https://", "https:///reset",
        "https://:443", "ftp://example.org", "javascript://example.org", "file:///etc", "https://example.org?x=1",
        "https://example.org/?", "https://example.org#f", "https://example.org/#", "https://user@example.org",
        "https://user:secret@example.org", "https://example.org:", "https://example.org:0", "https://example.org:65536",
        "https://example.org:-1", "https://example.org:+443", "https://example.org:x", "https://example.org:1:2",
        "https://exa mple.org", "https://example.org/a b", "https://example.org\n", " https://example.org",
        "https://example.org\u{0}", "https://exämple.org", "https://example.org/ä", "https://example.org\\x",
        "https://exa_mple.org", "https://[::1", "https://[]", "https://[evil.example.org]", "https://::1",
        "https://[::1]x", "https://example.org/<a>", "https://example.org/\"", "https://example.org/{token}",
    ])
    func `anything else is malformed`(text: String) {
        #expect(throws: LinkBaseError.malformed) { try LinkBase(text) }
    }

    @Test func `the error quotes nothing of what was typed`() {
        let error = #expect(throws: LinkBaseError.self) { try LinkBase("https://user:secret@example.net") }
        #expect(error?.description.contains("secret") == false)
    }
}
