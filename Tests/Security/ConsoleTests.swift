import Demo
import Postgres
import TestSupport
import Testing

/// The console is for those who may, while they may, from its own pages.
@Suite(.database, .timeLimit(.minutes(5)))
struct ConsoleTests {
    private static let pages = [
        "/admin", "/admin/", "/admin/users", "/admin/contacts", "/admin/clients", "/admin/clients/1", "/admin/users/2",
        "/admin/contacts/1", "/admin/requests", "/admin/duplicates", "/admin/audit",
    ]
    private static let acts = ["password", "pin", "unlock", "reset-link", "login"].map { "/admin/users/2/\($0)" }

    private func expectShut(_ site: Site, _ cookie: String?) async throws {
        for page in Self.pages {
            let answer = try await site.web.send("GET", page, headers: cookie.map { [("Cookie", $0)] } ?? [])
            #expect(answer.status == 303 && answer.headers["location"] == "/admin/sign-in", "\(page)")
            #expect(answer.body.isEmpty)
        }
        let before = try await site.rows("SELECT * FROM directory.users ORDER BY id")
        for act in Self.acts {
            let fields = [("password", Site.new), ("confirmation", Site.new), ("pin", "048151"), ("login", "x")]
            let answer = try await site.web.post(act, form: fields, headers: cookie.map { [("Cookie", $0)] } ?? [])
            #expect(answer.status == 303 && answer.headers["location"] == "/admin/sign-in", "\(act)")
        }
        #expect(try await site.rows("SELECT * FROM directory.users ORDER BY id") == before)
    }

    @Test func `R18: without a session, and with one that was made up, every page and act leads to the sign-in`()
        async throws
    {
        try await Site.run { (site) async throws in
            try await expectShut(site, nil)
            try await expectShut(site, "resetd=\(String(repeating: "A", count: 43))")
            let console = try await site.console()
            let digest = try #require(try await site.value("SELECT digest FROM resetd.console_session"))
            // What the database keeps opens nothing, and a cookie that stands beside a planted one neither.
            try await expectShut(site, "resetd=\(digest)")
            try await expectShut(site, "\(console.cookie); resetd=\(digest)")
            for login in ["mary", "mo", "dora", "nobody"] {
                let form = [("login", login), ("password", Site.password)]
                let answer = try await site.web.post("/admin/sign-in", form: form)
                #expect(answer.status == 401 && answer.headers["set-cookie"] == nil)
            }
        }
    }

    @Test(arguments: [
        "UPDATE directory.users SET global_administrator = false", "UPDATE directory.users SET disabled = true",
        "DELETE FROM directory.users WHERE id = 1", "UPDATE directory.users SET password_hash = 'x' WHERE id = 1",
        "UPDATE directory.users SET login_id = 'chief' WHERE id = 1",
        "UPDATE directory.users SET locked_until = 'infinity'",
        "UPDATE resetd.console_session SET seen_at = now() - interval '31 minutes'",
        "UPDATE resetd.console_session SET created_at = now() - interval '481 minutes'",
        "DELETE FROM resetd.console_session",
    ])
    func `R18: rights end at once, and a session by its age`(end: String) async throws {
        try await Site.run { (site) async throws in
            let console = try await site.console()
            #expect(try await console.page("/admin/users").isEmpty == false)
            try await site.database.execute(Statement(stringLiteral: end))
            try await expectShut(site, console.cookie)
            // Nor does it come back with the right.
            try await site.database.execute(
                """
                UPDATE directory.users SET global_administrator = true, disabled = false, locked_until = NULL
                WHERE id = 1
                """)
            try await expectShut(site, console.cookie)
        }
    }

    @Test func `R18: a session's token is random, new at each sign-in, stored hashed, and over after signing out`()
        async throws
    {
        try await Site.run { (site) async throws in
            let form = [("login", "boss"), ("password", Site.password)]
            let first = try await site.console()
            let planted = try await site.web.post("/admin/sign-in", form: form, headers: [("Cookie", first.cookie)])
            let second = String(try #require(planted.headers["set-cookie"]).prefix { $0 != ";" })
            #expect(second != first.cookie && second.count == "resetd=".count + 43)
            try await expectShut(site, first.cookie)
            #expect(planted.headers["set-cookie"]?.contains("HttpOnly") == true)
            #expect(planted.headers["set-cookie"]?.contains("SameSite=Strict") == true)
            #expect(planted.headers["set-cookie"]?.contains("Domain") == false)
            let kept = try await site.rows("SELECT s::text FROM resetd.console_session AS s")
            #expect(kept.count == 1 && kept[0][0]?.contains(second.dropFirst("resetd=".count)) == false)

            let page = try await site.web.send("GET", "/admin/users", headers: [("Cookie", second)])
            let token = try ConsoleVisit.formToken(in: page.body)
            let out = try await site.web.post(
                "/admin/sign-out", form: [("token", token)], headers: [("Cookie", second)])
            #expect(out.status == 303)
            try await expectShut(site, second)
        }
    }

    @Test func `R18: by https the cookie is the host's own`() async throws {
        try await Site.run(base: "https://account.example.org") { (site) async throws in
            let answer = try await site.web.send(
                "POST", "/admin/sign-in", headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: "login=boss&password=\(Site.password.replacing(" ", with: "+"))")
            let cookie = try #require(answer.headers["set-cookie"])
            #expect(cookie.hasPrefix("__Host-resetd=") && cookie.contains("; Secure") && cookie.contains("; Path=/;"))
            #expect(!cookie.contains("Domain"))
            let bare = String(cookie.prefix { $0 != ";" }).replacing("__Host-", with: "")
            #expect(try await site.web.send("GET", "/admin/users", headers: [("Cookie", bare)]).status == 303)
        }
    }

    @Test func `R19: a post from another site is refused everywhere, and changes nothing`() async throws {
        try await Site.run { (site) async throws in
            let console = try await site.console()
            let token = try ConsoleVisit.formToken(in: try await console.page("/admin/users/2"))
            let link = try await site.link()
            let tables: Statement = """
                SELECT md5((SELECT string_agg(u::text, '' ORDER BY u.id) FROM directory.users AS u)
                        || (SELECT count(*) FROM resetd.outbox) || (SELECT count(*) FROM resetd.console_session))
                """
            try await site.settle()
            let before = try await site.value(tables)
            let foreign: [[(String, String)]] = [
                [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Sec-Fetch-Site", "none")],
                [("Sec-Fetch-Site", "Same-Origin")], [("Sec-Fetch-Site", "cross-site"), ("Origin", site.daemon.base)],
                [("Origin", "https://evil.example")], [("Origin", "null")],
                [("Origin", "\(site.daemon.base).evil.example")],
                [("Origin", "http://127.0.0.1:\(site.web.port)"), ("Host", "127.0.0.1:\(site.web.port)")],
                [("Sec-Fetch-Site", "same-origin, cross-site")], [("Origin", "")],
            ]
            let form =
                "token=\(token)&email=x%40example.org&kind=user&login=mary&current=x&password=\(Site.new)&confirmation=\(Site.new)&pin=048151"
            for headers in foreign {
                for path in [
                    "/forgot", link, "\(link)/renew", "/password", "/pin", "/admin/sign-in", "/admin/sign-out",
                ] + Self.acts {
                    let answer = try await site.web.send(
                        "POST", path,
                        headers: headers + [
                            ("Content-Type", "application/x-www-form-urlencoded"), ("Cookie", console.cookie),
                        ], body: form)
                    // HTTP/1.1 has one Host; a second one is refused before anything else.
                    #expect(answer.status == (headers.contains { $0.0 == "Host" } ? 400 : 403), "\(headers) \(path)")
                }
            }
            #expect(try await site.value(tables) == before)
        }
    }

    @Test func `R19: an act of the console wants the token of this very session`() async throws {
        try await Site.run { (site) async throws in
            let (mine, other) = (try await site.console(), try await site.console())
            let foreign = try ConsoleVisit.formToken(in: try await other.page("/admin/users/2"))
            let before = try await site.rows("SELECT * FROM directory.users ORDER BY id")
            let cookieToken = String(mine.cookie.dropFirst("resetd=".count))
            for token in [nil, "", foreign, cookieToken, String(repeating: "A", count: 43)] {
                for act in Self.acts + ["/admin/sign-out"] {
                    let fields = [
                        ("password", Site.new), ("confirmation", Site.new), ("pin", "048151"), ("login", "x"),
                    ]
                    let answer = try await site.web.post(
                        act, form: fields + (token.map { [("token", $0)] } ?? []), headers: [("Cookie", mine.cookie)])
                    #expect(answer.status == 403, "\(act)")
                }
            }
            #expect(try await site.rows("SELECT * FROM directory.users ORDER BY id") == before)
            #expect(try await mine.page("/admin/users").isEmpty == false)
        }
    }
}
