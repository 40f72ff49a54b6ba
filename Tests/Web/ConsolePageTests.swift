import HTTPTypes
import HummingbirdTesting
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite(.database) struct ConsolePageTests {
    @Test func `an account's page has its forms, the link first, with absolute paths`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let user = try await browser.get("/admin/users/8")
            #expect(user.status == .ok)
            let actions = user.text.matches(of: /method="post" action="([^"]+)"/).map { String($0.output.1) }
            #expect(
                actions == ["/admin/sign-out"]
                    + ["reset-link", "password", "pin", "unlock", "login"].map { "/admin/users/8/\($0)" })
            #expect(user.text.matches(of: /name="token"/).count == actions.count)
            #expect(user.text.contains(#"href="/admin/audit?kind=user&amp;account=8""#))
            let contact = try await browser.get("/admin/contacts/21").text
            for text in ["Bob Silverdale", "bob@example.com", "portal", #"href="/admin/clients/31""#, "Quarry Works"] {
                #expect(contact.contains(text))
            }
            #expect(!contact.contains("contacts/21/pin"))
            #expect(!(try await browser.get("/admin/users/8?done=nonsense").text.contains(#"role="status""#)))
        }
    }

    @Test func `lists are searched by beginnings of words`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            for (path, hit, miss) in [
                ("/admin/users?q=hath", "Ada Hathersage", "Ned Windermere"),
                ("/admin/users?q=NED%40example+winder", "Ned Windermere", "Ada Hathersage"),
                ("/admin/contacts?q=silver", "Bob Silverdale", "Ada Hathersage"),
                ("/admin/clients?q=c-2", "Lime Kilns", "Quarry Works"),
                ("/admin/clients/31?q=bob", "Bob Silverdale", "Nobody found"),
                ("/admin/clients/32", "Nobody found", "Bob Silverdale"),
                ("/admin/users?q=hath%27%22%5C+winder", "Nobody found", "Ada Hathersage"),
                ("/admin/users?q=%40", "Nobody found", "Ada Hathersage"),
            ] {
                let page = try await browser.get(path)
                #expect(page.status == .ok)
                #expect(page.text.contains(hit), "\(path)")
                #expect(!page.text.contains(miss), "\(path)")
            }
            #expect(try await browser.get("/admin/clients/99").status == .notFound)
            for query in ["q=%zz", "q=a&q=b", "q[]=a", "q=%FF"] {
                #expect(try await browser.get("/admin/users?\(query)").status == .unprocessableContent)
            }
        }
    }

    @Test(arguments: ["users", "contacts", "clients", "clients/31", "audit", "requests", "duplicates"])
    func `a long list goes on on its next page`(path: String) async throws {
        try await withConsole { site in
            try await site.script(
                """
                INSERT INTO directory.users (id, login_id, full_name, email)
                SELECT n, 'u' || n, 'X', 'p' || n || '@example.net' FROM generate_series(100, 199) AS n;
                INSERT INTO directory.contacts (id, login_id, full_name, email)
                SELECT n, 'u' || n, 'X', 'p' || n || '@example.net' FROM generate_series(100, 199) AS n;
                INSERT INTO directory.client_contacts SELECT 31, n FROM generate_series(100, 199) AS n;
                INSERT INTO directory.clients (id, account_number, name)
                SELECT n, 'u' || n, 'X' FROM generate_series(100, 199) AS n;
                INSERT INTO resetd.audit (actor, action, kind, account_id)
                SELECT 'u' || n, 'locked', 'user', '8' FROM generate_series(100, 199) AS n;
                INSERT INTO resetd.outbox (email) SELECT 'u' || n || '@x' FROM generate_series(100, 199) AS n;
                """)
            let browser = try await site.signIn()
            var next: String? = "/admin/\(path)?q=&state=&kind=user&account="
            var shown: [String] = []
            var pages = 0
            while let path = next {
                let page = try await browser.get(path).text
                shown += page.matches(of: />(u1[0-9][0-9])\b/).map { String($0.output.1) }
                next = page.firstMatch(of: /href="([^"]+)">(?:Next page|Older)/)
                    .map { String($0.output.1).replacing("&amp;", with: "&") }
                pages += 1
                #expect(page.contains("First page") || page.contains("Newest<") || pages == 1)
            }
            #expect(Set(shown) == Set((100...199).map { "u\($0)" }))
            #expect(shown.count == (path == "duplicates" ? 200 : 100))
            #expect((2...3).contains(pages))
        }
    }

    @Test func `requests are filtered by state, reason and address`() async throws {
        try await withConsole { site in
            try await site.script(
                """
                INSERT INTO resetd.outbox (email, state, reason, account_id, resolved_kind)
                VALUES ('one@example.net', 'rejected', 'throttled', '8', 'user');
                INSERT INTO resetd.outbox (email, state, reason)
                VALUES ('two@example.net', 'rejected', 'unknown_email'), ('three@example.net', 'queued', NULL);
                """)
            let browser = try await site.signIn()
            for (query, shown) in [
                ("", ["one", "two", "three"]), ("state=rejected", ["one", "two"]), ("reason=throttled", ["one"]),
                ("address=TWO%40example.net", ["two"]), ("state=queued&reason=throttled", []), ("state=nonsense", []),
                ("before=2", ["one"]), ("before=1000&address=three@example.net", ["three"]),
            ] {
                let page = try await browser.get("/admin/requests?\(query)")
                #expect(page.status == .ok)
                let found = page.text.matches(of: /<td>([a-z]+)@example.net/).map { String($0.output.1) }
                #expect(found == shown.reversed(), "\(query)")
            }
            #expect(try await browser.get("/admin/requests").text.contains(#"<a href="/admin/users/8">user 8</a>"#))
            for query in ["before=x", "before=-1", "before=9223372036854775808"] {
                #expect(try await browser.get("/admin/requests?\(query)").status == .unprocessableContent)
            }
        }
    }

    @Test func `the audit is shown of all, and of one account`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            _ = try await browser.post("/admin/contacts/21/unlock")
            #expect(try await browser.get("/admin/audit").text.contains("signed_in"))
            let one = try await browser.get("/admin/audit?kind=contact&account=21").text
            #expect(one.contains("unlocked"))
            #expect(!one.contains("signed_in"))
            #expect(try await browser.get("/admin/contacts/21").text.contains("unlocked"))
            #expect(try await browser.get("/admin/audit?kind=nobody&account=21").status == .unprocessableContent)
            #expect(try await browser.get("/admin/audit?account=21").status == .unprocessableContent)
        }
    }

    @Test func `whatever the directory holds comes out as text`() async throws {
        let name = #"<b>\"é & 'x'</b>"# + "\"\u{301} autofocus=\"\u{301} \u{600}\"\u{600}<"
        try await withConsole { site in
            try await site.database.execute(
                "UPDATE directory.users SET full_name = \(name), login_id = \(name), email = \(name) WHERE id = 8")
            try await site.database.execute(
                "UPDATE directory.clients SET account_number = \(name), name = \(name) WHERE id = 31")
            try await site.database.execute("INSERT INTO resetd.outbox (email, requested_by) VALUES (\(name), \(name))")
            try await site.database.execute("INSERT INTO directory.contacts (login_id, email) VALUES ('x', \(name))")
            let browser = try await site.signIn()
            let encoded = PercentCode.encode(name)
            for path in [
                "users", "users/8", "clients", "clients/31?q=\(encoded)", "contacts/21", "requests?address=\(encoded)",
                "requests", "duplicates", "audit?kind=user&account=\(encoded)",
            ] {
                let page = try await browser.get("/admin/\(path)")
                #expect(page.status == .ok)
                #expect(page.text.contains("&lt;b&gt;"), "\(path)")
                // By scalar: for Swift a quotation mark with an accent is no quotation mark, for browsers it is.
                let scalars = String(page.text.unicodeScalars.map { $0.isASCII ? Character($0) : "·" })
                for trace in ["<b>", "\"·", "·\"", "·<"] { #expect(!scalars.contains(trace), "\(path) \(trace)") }
            }
        }
    }

    @Test func `an id may be any text`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let id = "a/b c+d%é\"<"
            try await site.database.execute(
                """
                CREATE OR REPLACE VIEW resetd.client AS
                SELECT 'a/b c+d%é"<'::text AS client_id, 'C-7' AS account_number, 'Odd' AS name,
                       resetd.search_words('odd') AS search
                """)
            let list = try await browser.get("/admin/clients").text
            #expect(list.contains(#"href="/admin/clients/\#(PercentCode.encode(id))""#))
            let page = try await browser.get("/admin/clients/\(PercentCode.encode(id))")
            #expect(page.status == .ok)
            #expect(page.text.contains("Contacts of C-7 Odd"))
            #expect(page.text.contains(#"action="/admin/clients/a%2Fb%20c%2Bd%25%C3%A9%22%3C""#))
        }
    }
}
