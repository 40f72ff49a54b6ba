import Testing

@testable import SMTP

@Suite struct MailboxTests {
    @Test(arguments: [
        ("anna@example.org", "anna@example.org"),
        (" \t\r\nanna@example.org\u{0B}\u{0C} ", "anna@example.org"),
        ("O'Brien+x..y@Example.ORG", "O'Brien+x..y@Example.ORG"),
        ("anna@münchen.example", "anna@xn--mnchen-3ya.example"),
        ("anna@Straße.example", "anna@xn--strae-oqa.example"),
        ("a(b)@example.org", #""a(b)"@example.org"#), (#"a\b@example.org"#, #""a\\b"@example.org"#),
        ("[a:b]@example.org", #""[a:b]"@example.org"#),
        ("anna@例え。テスト", "anna@xn--r8jz45g.xn--zckzah"),
    ])
    func `outer white space goes, an international domain becomes A-labels, all else stays`(
        stored: String, wire: String
    ) throws {
        let mailbox = try Mailbox(stored)
        #expect(Array(mailbox.wire.utf8) == Array(wire.utf8))
        #expect(!mailbox.needsSMTPUTF8)
    }

    @Test func `a local part keeps its bytes, and beyond ASCII it needs SMTPUTF8`() throws {
        let decomposed = try Mailbox("ju\u{0308}rgen@example.org")
        #expect(decomposed.needsSMTPUTF8)
        #expect(Array(decomposed.wire.utf8) == Array("ju\u{0308}rgen@example.org".utf8))
        #expect(decomposed != (try Mailbox("j\u{FC}rgen@example.org")))
    }

    @Test(arguments: [
        "a\r\nRCPT TO:<b@c.example>@example.org", "a\n@example.org", "a@example.org\r\nDATA", "a\u{0}@example.org",
        "a b@example.org", "a\u{A0}b@example.org", "a\u{85}@example.org", "<a@example.org>", "a@example.org,b",
        "a;b@example.org", "\"a\"@example.org", "a\u{7F}@example.org", "a\u{2028}@example.org", "a\u{3000}@example.org",
    ])
    func `an address that could end a command is no mailbox`(stored: String) {
        #expect(throws: MailboxError.unfitCharacter) { try Mailbox(stored) }
    }

    @Test(arguments: ["", "   ", "anna", "@example.org", "a@b@example.org"])
    func `what is not one local part and one domain is no mailbox`(stored: String) {
        #expect(throws: MailboxError.notOneAt) { try Mailbox(stored) }
    }

    @Test(arguments: [
        "a@localhost", "a@", "a@example.", "a@.example", "a@a..b", "a@\u{FF1C}x\u{FF1E}.example",
        "a@b\u{FF20}c.example",
        "a@\u{AD}.example", "a@x\u{FF0F}y.example", "a@x\u{2488}y.example",
        "a@\u{FF3B}127\u{FF0E}1\u{FF3D}", "a@x\u{FFFD}.example", "a@x\u{FF1A}y.example", "a@ü_\u{FF1B}.example",
        "a@x(y.example", "a@x.example)", "a@[192.0.2.1]", "a@x:y.example", "a@x\\y.example",
    ])
    func `a domain without two labels or without a wire form is refused`(stored: String) {
        #expect(throws: MailboxError.unfitDomain) { try Mailbox(stored) }
    }

    @Test func `64 octets before the @ and 255 after it are the most`() throws {
        let label = String(repeating: "d", count: 63)
        let domain = "\(label).\(label).\(label).\(String(repeating: "e", count: 63))"
        #expect(domain.utf8.count == 255)
        _ = try Mailbox("\(String(repeating: "a", count: 64))@\(domain)")
        #expect(throws: MailboxError.tooLong) { try Mailbox("\(String(repeating: "a", count: 65))@\(domain)") }
        #expect(throws: MailboxError.tooLong) { try Mailbox("a@e\(domain)") }
    }
}
