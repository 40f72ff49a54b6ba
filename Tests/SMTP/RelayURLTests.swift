import Testing

@testable import SMTP

@Suite struct RelayURLTests {
    @Test(arguments: [
        ("smtp://mail.example.org", RelayURL.Scheme.smtp, "mail.example.org", 587),
        ("SMTPS://mail.example.org", .smtps, "mail.example.org", 465),
        ("smtp://127.0.0.1:2525", .smtp, "127.0.0.1", 2525),
        ("smtp://[::1]", .smtp, "::1", 587),
        ("smtps://[2001:db8::25]:25", .smtps, "2001:db8::25", 25),
        ("smtp://post.münchen.example:25", .smtp, "post.xn--mnchen-3ya.example", 25),
    ])
    func `scheme, host and port are read`(text: String, scheme: RelayURL.Scheme, host: String, port: Int) throws {
        let url = try RelayURL(text)
        #expect(url.scheme == scheme)
        #expect(url.host == host)
        #expect(url.port == port)
    }

    @Test(arguments: ["smtp://[::1]:25", "smtps://mail.example.org:465"])
    func `it is written as it is read`(text: String) throws {
        #expect(try RelayURL(text).description == text)
    }

    @Test(arguments: [
        "", "mail.example.org", "http://mail.example.org", "smtp:mail.example.org", "smtp://", "smtp://:25",
        "smtp://host:", "smtp://host:0", "smtp://host:65536", "smtp://host:+25", "smtp://host:25:26",
        "smtp://host/path",
        "smtp://host/", "smtp://host?x", "smtp://host#x", "smtp://user:secret@host", "smtp://ho st", "smtp://host\r\n",
        "smtp://ho\u{0}st", "smtp://::1", "smtp://[::1", "smtp://[::1]x", "smtp://[host]", "smtp://-x", " smtp://host",
        "smtp://host\\x", "smtp://%68ost",
    ])
    func `anything else is refused, and not repeated`(text: String) {
        let error = #expect(throws: RelayURLError.self) { try RelayURL(text) }
        #expect(error?.description.contains("secret") == false)
    }
}
