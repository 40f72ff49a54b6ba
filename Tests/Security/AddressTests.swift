import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// A mail goes to one address, the stored one, and says nothing but what is in the template.
@Suite(.database, .timeLimit(.minutes(5)))
struct AddressTests {
    @Test func `R4: a mail goes to the address as it is stored, and look-alikes get none`() async throws {
        try await Site.run { (site) async throws in
            try await site.database.executeScript(
                """
                INSERT INTO directory.users (login_id, email) VALUES
                    ('mike', 'Mike.Kay@Example.ORG'), ('plus', 'plus+tag@example.org');
                """)
            // Django CVE-2019-19844: what some upper or lower casing takes for the same.
            for lookAlike in [
                "m\u{131}ke.kay@example.org", "mi\u{212A}e.kay@example.org", "mike.kay@example.org.evil.test",
                "mike.kay@examp\u{217C}e.org", "\u{FF4D}ike.kay@example.org", "mike.\u{212A}ay@example.org",
                "plus@example.org", "mikekay@example.org", "mike.kay@ex\u{E4}mple.org",
            ] { #expect([200, 422].contains(try await site.ask(lookAlike).status)) }
            try await site.settle()
            #expect(site.relay.mails.isEmpty)

            try await site.ask(" mIKE.kay@EXAMPLE.org\t")
            let mail = try await site.relay.waitForMails(1)[0]
            #expect(mail.recipients == ["Mike.Kay@Example.ORG"])
            #expect(mail.text.contains("Mike.Kay@Example.ORG"))
            #expect(!mail.text.contains("mIKE"))
        }
    }

    @Test func `R4: a request has one address: no list, no array, no field twice`() async throws {
        try await Site.run { (site) async throws in
            let (mary, evil) = ("mary.baker%40example.org", "evil%40evil.test")
            for form in [
                "email=\(mary)&email=\(evil)", "email[]=\(mary)&email[]=\(evil)", "email%5B%5D=\(mary)",
                "email=\(mary)&email%00=\(evil)", "email=\(mary)&kind=user&kind=contact", "email%5B0%5D=\(mary)",
                "email=\(mary)%00\(evil)", "email=\(mary)%", "email=%C0%AE", "email", "=\(mary)",
            ] {
                let answer = try await site.web.send(
                    "POST", "/forgot", headers: [("Content-Type", "application/x-www-form-urlencoded")], body: form)
                #expect(answer.status == 422, "\(form)")
            }
            for json in [
                #"{"email":["mary.baker@example.org","evil@evil.test"]}"#,
                #"{"email":"a@b.test","email":"evil@evil.test"}"#,
                #"{"email":{"a":"mary.baker@example.org"}}"#, #"[{"email":"mary.baker@example.org"}]"#, #"{"email":1}"#,
                #"{"email":"mary.baker@example.org","\u0065mail":"evil@evil.test"}"#, #"{"email":"a@b.test"}{}"#,
                #"{"email":"mary.baker@example.org\u0000"}"#,
            ] {
                let answer = try await site.web.send(
                    "POST", "/api/v1/reset-requests", headers: [("Content-Type", "application/json")], body: json)
                #expect(answer.status == 422, "\(json)")
            }
            #expect(try await site.value("SELECT count(*) FROM resetd.outbox") == "0")

            // One scalar, but a list inside: taken down, and mailed to nobody.
            for list in [
                "mary.baker@example.org,evil@evil.test", "mary.baker@example.org evil@evil.test",
                "mary.baker@example.org;evil@evil.test", "Mary <mary.baker@example.org>", "<mary.baker@example.org>",
                "mary.baker@example.org\r\nRCPT TO:<evil@evil.test>", "mary.baker@example.org\nBcc: evil@evil.test",
                "\"mary\"@example.org", "mary.baker@example.org@evil.test", "mary.baker@[127.0.0.1]",
            ] { #expect(try await site.ask(list).status == 200) }
            try await site.settle()
            #expect(site.relay.mails.isEmpty)
        }
    }

    @Test(arguments: [
        "eve@example.org\r\nRCPT TO:<evil@evil.test>", "eve@example.org> SIZE=1", "eve@example.org>\r\nDATA",
        "<eve@example.org>",
        "eve@example.org,evil@evil.test", "eve@example.org evil@evil.test", "eve @example.org",
        "eve@exa\u{7F}mple.org",
        "eve@example.org\u{2028}x", "\"eve\"@example.org", "@evil.test:eve@example.org", "eve%evil.test@",
    ])
    func `R24: a stored address that is none reaches no SMTP command`(stored: String) async throws {
        try await Site.run { (site) async throws in
            try await site.database.execute(
                "INSERT INTO directory.users (login_id, email) VALUES ('eve', \(stored))")
            try await site.database.execute(
                """
                INSERT INTO resetd.outbox (email, account_kind, account_id)
                SELECT email, 'user', id::text FROM directory.users WHERE login_id = 'eve'
                """)
            try await site.database.execute("INSERT INTO resetd.outbox (email) VALUES (\(stored))")
            try await site.settle()
            #expect(site.relay.mails.isEmpty)
            #expect(!site.relay.commands.contains { $0.contains("evil") || $0.contains("eve") })
            #expect(
                try await site.value("SELECT count(*) FROM resetd.outbox WHERE reason = 'invalid_email'") == "2")
        }
    }

    @Test func `R24: a name adds no header, markup, template or link, and a mail is strict on the wire`() async throws {
        try await Site.run { (site) async throws in
            try await site.ask("mary.baker@example.org")
            let plain = try Self.shape(of: try await site.relay.waitForMails(1)[0].text)
            let names = [
                "Eve\r\nBcc: evil@evil.test\r\n\r\nbody", "\n.\r\nMAIL FROM:<evil@evil.test>",
                "{{{link}}}{{notMeLink}}{{name}}", "<a href=\"https://evil.test/\">x</a>",
                "https://evil.test/x www.evil.test evil.test", "=?utf-8?q?evil?= <evil@evil.test>",
                String(repeating: "e\u{301}\u{302}", count: 5000), "e" + String(repeating: "\u{301}", count: 50_000),
                ".\r\n.\r\n", "a\u{85}b\u{2028}c\u{0B}d\u{0C}e", "&lt;script&gt;<script>", "%s%n$(id)`id`",
            ]
            for (number, name) in names.enumerated() {
                try await site.database.execute(
                    "UPDATE directory.users SET full_name = \(name) WHERE login_id = 'mary'")
                try await site.ask("mary.baker@example.org")
                let mail = try await site.relay.waitForMails(number + 2)[number + 1]
                #expect(mail.recipients == ["mary.baker@example.org"] && mail.sender == "support@example.org")
                let shape = try Self.shape(of: mail.text)
                #expect(shape == plain)
                // Neither a bare CR nor a bare LF (SMTP smuggling), and no line over 998 octets.
                let bytes = mail.content
                #expect(bytes.indices.allSatisfy { bytes[$0] != 10 || $0 > 0 && bytes[$0 - 1] == 13 })
                #expect(bytes.indices.allSatisfy { bytes[$0] != 13 || $0 + 1 < bytes.count && bytes[$0 + 1] == 10 })
                #expect(bytes.split(separator: 10).allSatisfy { $0.count <= 999 })
                let shown = try Self.decoded(mail.text)
                #expect(!shown.contains("evil.test"))
            }
            #expect(!site.relay.commands.contains { $0.contains("evil") })
            #expect(site.relay.commands.count { $0.hasPrefix("RCPT") } == names.count + 1)
        }
    }

    /// What no name changes: the fields of the head, which is short and ASCII, and the links.
    private struct Shape: Equatable {
        let fields: [String]
        let links: Int
        let urls: Int
        let elements: Int
    }

    private static func shape(of mail: String) throws -> Shape {
        let head = try #require(mail.firstRange(of: "\r\n\r\n").map { mail[..<$0.lowerBound] })
        #expect(head.utf8.allSatisfy { $0 < 0x80 } && head.utf8.count < 2000)
        let shown = try decoded(mail)
        return Shape(
            fields: head.replacing("\r\n ", with: " ").split(separator: "\r\n").map { String($0.prefix { $0 != ":" }) },
            links: shown.components(separatedBy: "/reset/").count,
            urls: shown.components(separatedBy: "://").count,
            elements: shown.components(separatedBy: "<!DOCTYPE").last?.components(separatedBy: "<").count ?? 0)
    }

    /// A mail with its base64 parts as text.
    private static func decoded(_ mail: String) throws -> String {
        mail.components(separatedBy: "\r\n\r\n").map { part in
            Data(base64Encoded: part.components(separatedBy: "\r\n--")[0].replacing("\r\n", with: "")).map {
                String(decoding: $0, as: UTF8.self)
            } ?? part
        }.joined(separator: "\n")
    }
}
