import Testing

/// A promise that no input could break would be worth nothing: here the readers are shown what they must refuse.
@Suite
struct OracleTests {
    private static let mail = """
        From: Support <support@example.org>
        To: Anna <anna@example.org>
        Subject: Your link
        Date: Fri, 27 Nov 2026 10:00:00 +0000
        Message-ID: <7.x@example.org>
        MIME-Version: 1.0
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: All
        Content-Type: multipart/alternative; boundary="=_7x"

        --=_7x
        Content-Type: text/plain; charset=us-ascii
        Content-Transfer-Encoding: 7bit

        Hello
        --=_7x
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64

        PHA+SGVsbG88L3A+
        --=_7x--

        """

    private func bytes(_ change: (String, String)? = nil) -> [UInt8] {
        let text = change.map { Self.mail.replacing($0.0, with: $0.1) } ?? Self.mail
        return Array(text.replacing("\n", with: "\r\n").utf8)
    }

    @Test func `a mail is read as it is`() throws {
        let reading = try MailReading(bytes())
        #expect(reading.text == "Hello" && reading.html == "<p>Hello</p>")
        #expect(try AddressHeader(reading["To"]).address == "anna@example.org")
    }

    @Test(arguments: [
        ("Subject: Your link", "Subject: Your link\nBcc: all@example.org"), ("Subject: Your link", "Subject: \u{1}"),
        ("Hello", "He\rllo"), ("Hello", "He\u{0}llo"), ("Hello", "Hellö"),
        ("Hello", String(repeating: "x", count: 999)),
        ("Hello", "--=_7x"), ("PHA+SGVsbG88L3A+", "<p>"), ("--=_7x--\n", "--=_7x--\nmore\n"), ("boundary", "border"),
    ])
    func `a mail that is not strict is refused`(part: String, by: String) {
        #expect(throws: Violation.self) { try MailReading(bytes((part, by))) }
    }

    @Test(arguments: [
        "Anna <a@b.example>, <c@d.example>", "Anna, Bea <a@b.example>", "<a(b)@c.example>", "<a@b@c.example>",
        "a@b.example",
        "=?utf-8?B?/w==?= <a@b.example>", "Anna\r\nBcc: x <a@b.example>", "<a:b@c.example>",
    ])
    func `a header that is not one mailbox is refused`(header: String) {
        #expect(throws: Violation.self) { try AddressHeader(header) }
    }

    @Test(arguments: [
        ("Anna", []), ("Anna B. Cooper, 3.5 years: yes", []), ("see evil.example now", ["evil.example"]),
        ("https://x y", ["https://x"]), ("evil.\u{200D}example", ["evil.example"]),
        (#"\\host\share"#, [#"\\host\share"#]),
        ("evil。example", ["evil。example"]),
    ])
    func `what a mail program may make a link of is seen`(text: String, links: [String]) {
        #expect(LinkLike.words(in: text) == links)
    }

    @Test func `an input is parted by tildes on lines of their own`() {
        let fields = Fields(Array("a\r\nb~\n~\n\n~\n~c\n".utf8))
        #expect(fields[0] == "a\r\nb~" && fields[1] == "" && fields[2] == "~c" && fields[3] == nil)
    }
}
