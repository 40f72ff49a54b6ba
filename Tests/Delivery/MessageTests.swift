import SMTP
import Testing

@testable import Delivery

@Suite
struct MessageTests {
    private func message(
        from: (String, String) = ("Example", "support@example.org"),
        to: (String, String) = ("Anna", "anna@example.org"),
        subject: String = "Reset", text: String = "Hello\n", html: String = "<p>Hello</p>\n"
    ) -> String {
        let message = Message(
            from: HeaderText.mailbox(from.0, from.1), to: HeaderText.mailbox(to.0, to.1),
            subject: HeaderText.unstructured(subject, after: 9), date: HeaderText.date(1_795_469_560),
            messageID: "<1.abc@example.org>", text: Stencil(text), html: Stencil(html, isHTML: true),
            fillings: Stencil.Fillings(name: "", link: ""))
        return String(decoding: message.bytes, as: UTF8.self)
    }

    @Test func `lines end with CR LF and none is over 998 octets`() {
        let bytes = Array(message(text: "a\nb\r\nc\r" + String(repeating: "x", count: 5000), html: "é").utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A { #expect(index > 0 && bytes[index - 1] == 0x0D) }
            if byte == 0x0D { #expect(index + 1 < bytes.count && bytes[index + 1] == 0x0A) }
        }
        let lines = bytes.split(separator: 0x0A)
        #expect(lines.allSatisfy { $0.count <= 998 })
    }

    @Test func `an ASCII part is 7bit, another base64, and none quoted-printable`() {
        let mixed = message(html: "<p>Grüße</p>")
        #expect(mixed.contains("Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit"))
        #expect(mixed.contains("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64"))
        #expect(!mixed.contains("quoted-printable"))
    }

    @Test func `the headers that a machine's mail needs are there`() {
        let text = message()
        for header in [
            "From: Example <support@example.org>", "To: Anna <anna@example.org>", "Subject: Reset",
            "Date: Mon, 23 Nov 2026 21:32:40 +0000", "Message-ID: <1.abc@example.org>", "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
        ] {
            #expect(text.contains("\(header)\r\n"))
        }
        #expect(!text.contains("\r\nList-"))
    }

    @Test func `a subject without a space is cut into lines all the same`() {
        let lines = message(subject: String(repeating: "x", count: 2000)).split(separator: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 } && lines.contains { $0.hasPrefix("Subject: =?utf-8?B?") })
    }

    @Test func `a sender's address may begin with a combining mark`() throws {
        #expect(try Sender("Anna <\u{64D}@example.org>").mailbox.wire == "\u{64D}@example.org")
    }

    @Test(arguments: [
        "Eve\r\nBcc: victim@example.net", "Eve\nX: y", "Eve <evil@example.net>", "\"Eve\", evil@example.net",
        "=?utf-8?q?x?=",
        "Ève, Müller", String(repeating: "名", count: 300),
    ])
    func `no name adds a header or a recipient`(name: String) throws {
        let text = message(to: (DisplayName(name).text, "anna@example.org"))
        let head = try #require(text.firstRange(of: "\r\n\r\n").map { text[..<$0.lowerBound] })
        let fields = head.replacing("\r\n ", with: " ").split(separator: "\r\n")
        #expect(fields.count == 9)
        let to = try #require(fields.first { $0.hasPrefix("To:") })
        #expect(to.hasSuffix("<anna@example.org>"))
        #expect(to.filter { $0 == "@" }.count == 1)
        #expect(to.utf8.allSatisfy { $0 < 0x80 })
        #expect(head.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test func `the same input gives the same bytes`() {
        #expect(message() == message())
    }
}

@Suite
struct DisplayNameTests {
    @Test(arguments: [
        ("Anna  Muster", "Anna Muster"), ("  Anna\t\r\n", "Anna"), ("J.R. Smith", "J. R. Smith"),
        ("visit evil.example", "visit evil. example"), ("https://evil.example/x", "https: //evil. example/x"),
        ("a\u{202E}b", "a b"), ("", ""), ("evil.\u{FE0F}com", "evil. com"),
        ("evil.\u{200D}com", "evil. com"), ("https:\u{FE0F}//evil.example", "https: //evil. example"),
        ("evil\u{2024}example", "evil\u{2024} example"), (#"\\evil\share"#, #"\ \ evil\ share"#),
    ])
    func `a name is data and never a link`(stored: String, shown: String) {
        #expect(DisplayName(stored).text == shown)
    }

    @Test func `a long name is cut`() {
        #expect(DisplayName(String(repeating: "x", count: 10_000)).text.count == 64)
    }
}
