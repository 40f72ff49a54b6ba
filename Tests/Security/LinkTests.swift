import Demo
import Foundation
import PasswordReset
import Postgres
import TestSupport
import Testing

/// A link is what we signed, for what we signed it, once.
@Suite(.database, .timeLimit(.minutes(5)))
struct LinkTests {
    @Test func `R3: links come from the settings alone, whatever a request says of hosts`() async throws {
        try await Site.run { (site) async throws in
            let body = "email=mary.baker%40example.org&kind=user"
            let requests = ["/forgot", "http://evil.example/forgot"].map { target in
                """
                POST \(target) HTTP/1.1\r
                Host: evil.example\r
                X-Forwarded-Host: evil.example\r
                X-Forwarded-Proto: https\r
                X-Forwarded-Server: evil.example\r
                X-Original-URL: http://evil.example/\r
                X-Forwarded-Prefix: //evil.example\r
                Forwarded: host=evil.example;proto=https\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: \(body.utf8.count)\r
                Connection: close\r
                \r
                \(body)
                """
            }
            for (number, request) in requests.enumerated() {
                let answer = try await site.raw(request)
                #expect(answer.hasPrefix("HTTP/1.1 200 ") && !answer.contains("evil"))
                let mail = try await site.relay.waitForMails(number + 1)[number]
                #expect(!mail.text.contains("evil"))
                let link = try site.path("reset", in: mail)
                #expect(try await site.web.get(link).status == 200)
            }
            let redirect = try await site.raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            #expect(redirect.hasPrefix("HTTP/1.1 303 ") && !redirect.contains("evil"))
        }
    }

    @Test func `R5: a token with any bit changed, or spelt in another way, is not ours`() async throws {
        try await Site.run { (site) async throws in
            let link = try await site.link()
            let token = try #require(link.split(separator: "/").last.map(String.init))
            let bytes = try #require(Base64URL.decode(token))
            var forged = (0..<bytes.count).map { place in
                var changed = bytes
                changed[place] ^= 1 << UInt8(place % 8)
                return Base64URL.encode(changed)
            }
            forged += [
                token + "=", token + "A", String(token.dropLast()), token.lowercased(), "\(token)%00",
                "%41" + token.dropFirst(),
                token.replacing("-", with: "+").replacing("_", with: "/") + "+", "..%2f\(token)",
                String(repeating: "A", count: 68), Base64URL.encode(bytes + bytes),
            ]
            for text in forged where text != token {
                #expect(try await site.web.get("/reset/\(text)").status == 404, "\(text.count)")
                #expect(try await site.redeem("/reset/\(text)").status == 404)
                #expect(try await site.json("/api/v1/reset", ["token": text, "password": Site.new]).status == 404)
                #expect(try await site.web.post("/reset/\(text)/renew", form: []).status == 404)
            }
            #expect(try await site.redeem(link).status == 303)
        }
    }

    @Test func `R5: a key signs for one purpose, a stranger's key for none, and a token names a key of the ring`()
        async throws
    {
        try await Site.run { (site) async throws in
            try await site.ask("mary.baker@example.org")
            let mail = try await site.relay.waitForMails(1)[0]
            let (reset, notMe) = (try site.path("reset", in: mail), try site.path("not-me", in: mail))
            func token(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }
            #expect(try await site.web.get("/reset/\(token(notMe))").status == 404)
            #expect(try await site.redeem("/reset/\(token(notMe))").status == 404)
            #expect(try await site.web.get("/not-me/\(token(reset))").status == 404)
            #expect(try await site.web.post("/not-me/\(token(reset))", form: []).status == 404)

            let ours = try LinkKeys(String(contentsOf: site.daemon.keys, encoding: .utf8))
            for stranger in [
                LinkKeys.generate(), try LinkKeys("7:\(String(repeating: "B", count: 42))E"),
                try LinkKeys("8:" + ours.text.dropFirst(2)),
            ] {
                let forged = Token(keyID: stranger.current.id, requestID: 1, expiresAt: 4_000_000_000)
                    .signed(by: stranger.current, for: .reset)
                #expect(try await site.web.get("/reset/\(forged)").status == 404)
                #expect(try await site.redeem("/reset/\(forged)").status == 404)
            }
            // The row's own expiry rules besides: a key that leaked makes no link live for longer.
            let longer = Token(keyID: 7, requestID: 1, expiresAt: 4_000_000_000).signed(by: ours.current, for: .reset)
            try await site.database.execute("UPDATE resetd.outbox SET expires_at = now()")
            #expect(try await site.redeem("/reset/\(longer)").status == 410)
        }
    }

    @Test func `R5: what is forged or over is refused before any database work`() async throws {
        try await Site.run { (site) async throws in
            let keys = try LinkKeys(String(contentsOf: site.daemon.keys, encoding: .utf8))
            let over = Token(keyID: 7, requestID: 1, expiresAt: 1_700_000_000).signed(by: keys.current, for: .reset)
            let keeper = try await Connection.open(site.database.database)
            try await keeper.executeScript(
                "BEGIN; LOCK TABLE resetd.outbox, directory.users, directory.contacts IN ACCESS EXCLUSIVE MODE")
            for _ in 0..<20 {
                let forged = Base64URL.encode([1, 0, 7] + (0..<48).map { _ in UInt8.random(in: 0...255) })
                #expect(try await site.web.get("/reset/\(forged)").status == 404)
                #expect(try await site.redeem("/reset/\(forged)").status == 404)
                #expect(try await site.web.get("/not-me/\(forged)").status == 404)
            }
            #expect(try await site.web.get("/reset/\(over)").status == 410)
            try await keeper.executeScript("ROLLBACK")
        }
    }

    @Test func `R7: of thirty who redeem at once one wins, and the password is the winner's`() async throws {
        try await Site.run { (site) async throws in
            let (link, web) = (try await site.link(), site.web)
            let answers = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for number in 0..<30 {
                    group.addTask {
                        let password = "velvet orbit \(number) teapot"
                        let form = [("password", password), ("confirmation", password)]
                        // A busy machine may ask some to come back; whoever does so is answered like the others.
                        var status = 503
                        while status == 503 { status = try await web.post(link, form: form).status }
                        return (number, status)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let winners = answers.filter { $0.1 == 303 }
            #expect(winners.count == 1)
            #expect(answers.count { $0.1 == 410 } == 29)
            let winner = try #require(winners.first).0
            #expect(try await site.changePassword(from: "velvet orbit \(winner) teapot").status == 204)
            #expect(try await site.value("SELECT count(*) FROM resetd.audit WHERE action = 'password_reset'") == "1")
        }
    }

    @Test func `R7: of two links of one account either works, and ends the other`() async throws {
        try await Site.run { (site) async throws in
            let links = [try await site.link(), try await site.link()]
            #expect(try await site.redeem(links[0]).status == 303)
            #expect(try await site.redeem(links[1], Site.another).status == 410)
            #expect(try await site.changePassword(from: Site.new, to: Site.another).status == 204)
        }
    }

    @Test(arguments: [
        "UPDATE directory.users SET password_hash = 'x'",
        "UPDATE directory.users SET email = 'else@example.org' WHERE id = 2",
        "UPDATE directory.users SET login_id = 'maria' WHERE id = 2", "UPDATE directory.users SET disabled = true",
        "UPDATE directory.users SET access = '{mobile}'",
        "UPDATE directory.users SET access = '{professional}' WHERE id = 2",
        "UPDATE directory.users SET disabled = true; UPDATE directory.users SET disabled = false",
        """
        DELETE FROM directory.users WHERE id = 2;
        INSERT INTO directory.users (id, login_id, full_name, email, access)
        VALUES (2, 'mary', 'Mary Baker', 'mary.baker@example.org', '{professional,mobile}')
        """,
        "UPDATE resetd.outbox SET state = 'cancelled'",
    ])
    func `R8: a link is dead after any change of its account, by plain SQL too`(change: String) async throws {
        try await Site.run { (site) async throws in
            let link = try await site.link()
            try await site.database.executeScript(change)
            let before = try await site.rows("SELECT id, password_hash FROM directory.users ORDER BY id")
            #expect(try await site.web.get(link).status == 410)
            #expect(try await site.redeem(link).status == 410)
            #expect(try await site.rows("SELECT id, password_hash FROM directory.users ORDER BY id") == before)
        }
    }

    @Test func `R9: looking changes nothing, no step can be left out, and redeeming signs nobody in`() async throws {
        try await Site.run { (site) async throws in
            try await site.ask("mary.baker@example.org")
            let mail = try await site.relay.waitForMails(1)[0]
            try await site.settle()
            let (reset, notMe) = (try site.path("reset", in: mail), try site.path("not-me", in: mail))
            let whole: Statement = """
                SELECT md5((SELECT string_agg(o::text, '' ORDER BY o.id) FROM resetd.outbox AS o)
                        || (SELECT string_agg(u::text, '' ORDER BY u.id) FROM directory.users AS u)
                        || (SELECT count(*) FROM resetd.audit))
                """
            let before = try await site.value(whole)
            for path in [reset, notMe, reset + "?password=x&confirmation=x", reset + "/renew"] {
                for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"] {
                    let answer = try await site.web.send(method, path, headers: [("Purpose", "prefetch")])
                    #expect([200, 405].contains(answer.status), "\(method)")
                    #expect(answer.headers["set-cookie"] == nil)
                }
            }
            #expect(try await site.value(whole) == before)
            // A token in a field or a cookie stands in for none in the path.
            let token = try #require(reset.split(separator: "/").last.map(String.init))
            let fields = [("token", token), ("password", Site.new), ("confirmation", Site.new)]
            for path in ["/reset", "/reset/", "/reset/done", "/reset/x"] {
                let answer = try await site.web.post(path, form: fields, headers: [("Cookie", "token=\(token)")])
                #expect([404, 405].contains(answer.status))
            }
            #expect(try await site.value(whole) == before)
            let done = try await site.redeem(reset)
            #expect(
                done.status == 303 && done.headers["set-cookie"] == nil && done.headers["location"] == "/reset/done")
            #expect(try await site.value("SELECT count(*) FROM resetd.console_session") == "0")
        }
    }
}
