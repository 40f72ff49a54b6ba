import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// What is left of an act: a notice to the owner, a row of the trail, a line of the log, and no secret.
@Suite(.database, .timeLimit(.minutes(5)))
struct TrailTests {
    @Test func `R10: the owner is told of every change, without a link to reset or a secret, and what to do`()
        async throws
    {
        try await Site.run { (site) async throws in
            let console = try await site.console()
            func act(_ path: String, _ fields: [(String, String)]) async throws {
                let answer = try await console.submit("/admin/users/2/\(path)", of: "/admin/users/2", fields)
                #expect(answer.status == 303)
            }
            let address = "mary.baker@example.org"
            let acts: [(recipients: [String], () async throws -> Void)] = [
                ([address], { _ = try await site.changePassword() }),
                ([address], { _ = try await site.changePIN(to: "048151") }),
                (
                    [address],
                    { try await act("password", [("password", Site.another), ("confirmation", Site.another)]) }
                ),
                ([address], { try await act("pin", [("pin", "730294"), ("confirmation", "730294")]) }),
                ([address], { try await act("login", [("login", "maria")]) }),
                (
                    [address],
                    { try await site.database.execute("UPDATE directory.users SET login_id = 'mary' WHERE id = 2") }
                ),
                (
                    [address, "mary@else.example"],
                    {
                        try await site.database.execute(
                            "UPDATE directory.users SET email = 'mary@else.example' WHERE id = 2")
                    }
                ),
            ]
            for (recipients, act) in acts {
                let before = site.relay.mails.count
                try await act()
                let notices = try await site.relay.waitForMails(before + recipients.count)[before...]
                #expect(Set(notices.flatMap(\.recipients)) == Set(recipients))
                for notice in notices {
                    #expect(!notice.text.contains("/reset/"))
                    for secret in [Site.password, Site.new, Site.another, Site.pin, "048151", "730294", "$argon2id$"] {
                        #expect(!notice.text.contains(secret))
                    }
                    let way = try site.path("not-me", in: notice)
                    #expect(try await site.web.get(way).status == 200)
                }
            }
            // What it says works: the account is locked, and a reset by mail is the way back in.
            let way = try site.path("not-me", in: try #require(site.relay.mails.last))
            #expect(try await site.web.post(way, form: []).status == 303)
            #expect(try await site.changePassword(from: Site.another).status == 423)
            #expect(try await site.redeem(site.link("mary@else.example")).status == 303)
        }
    }

    @Test func `R28: every change, redemption, refusal, lock, unlock and act of the console is in the trail`()
        async throws
    {
        try await Site.run(Site.unlimited + "\nlockout: { failures: 2, duration: 0s }") { (site) async throws in
            let link = try await site.link()
            #expect(try await site.redeem(link, "short").status == 422)
            #expect(try await site.redeem(link).status == 303)
            #expect(try await site.redeem(link).status == 410)
            #expect(try await site.changePassword(from: Site.new, to: "short").status == 422)
            #expect(try await site.changePassword(from: Site.new, to: Site.another).status == 204)
            #expect(try await site.changePIN(to: "048151").status == 204)
            for _ in 0..<2 { #expect(try await site.changePassword(from: "no").status == 401) }
            #expect(try await site.changePassword("nobody", from: "no").status == 401)
            let console = try await site.console()
            for (act, fields) in [
                ("unlock", []), ("password", [("password", Site.new), ("confirmation", Site.new)]),
                ("pin", [("pin", "730294"), ("confirmation", "730294")]), ("login", [("login", "maria")]),
                ("reset-link", []),
            ] {
                #expect(try await console.submit("/admin/users/2/\(act)", of: "/admin/users/2", fields).status == 303)
            }
            #expect(try await console.submit("/admin/sign-out", of: "/admin/users").status == 303)
            let denied = try await site.web.post("/admin/sign-in", form: [("login", "mary"), ("password", "no")])
            #expect(denied.status == 401)
            let trail = try await site.rows(
                """
                SELECT actor || ' ' || action || coalesce(' ' || kind || ':' || account_id, '')
                       || coalesce(' ' || (detail->>'reason'), '') || coalesce(' from ' || host(client_address), '')
                       || CASE WHEN at > now() - interval '5 minutes' THEN '' ELSE ' when?' END
                  FROM resetd.audit ORDER BY id
                """
            ).compactMap { $0[0] }
            let (mary, boss, here) = ("user:2", "user:1", " from 127.0.0.1")
            #expect(
                trail == [
                    "link reset_refused \(mary) too_short\(here)", "link password_reset \(mary)\(here)",
                    "link reset_refused \(mary) used\(here)",
                    "owner password_refused \(mary) too_short\(here)", "owner password_changed \(mary)\(here)",
                    "owner pin_changed \(mary)\(here)",
                    "owner password_refused \(mary)\(here)", "owner password_refused \(mary)\(here)",
                    "owner locked \(mary)\(here)",
                    "owner password_refused\(here)", "\(boss) signed_in \(boss)\(here)",
                    "\(boss) unlocked \(mary)\(here)",
                    "\(boss) password_set \(mary)\(here)",
                    "\(boss) pin_set \(mary)\(here)",
                    "\(boss) login_changed \(mary)\(here)", "\(boss) link_requested \(mary)\(here)",
                    "\(boss) signed_out \(boss)\(here)",
                    "owner sign_in_refused\(here)",
                ], "\(trail.joined(separator: "\n"))")
        }
    }

    @Test func `R28: a flood of posts to one dead link fills no disk, and other links have trails of their own`()
        async throws
    {
        try await Site.run { (site) async throws in
            let (link, other, web) = (
                try await site.link(), try await site.link("ana@example.com", kind: "contact"), site.web
            )
            #expect(try await site.redeem(link).status == 303)
            let form = [("password", Site.new), ("confirmation", Site.new)]
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 { group.addTask { try await web.post(link, form: form).status } }
                for try await status in group { #expect(status == 410) }
            }
            // Eight connections at most write at the same moment.
            let kept = try #require(
                Int(try await site.value("SELECT count(*) FROM resetd.audit WHERE action = 'reset_refused'") ?? ""))
            #expect((20...28).contains(kept))
            #expect(try await site.redeem(other, "short").status == 422)
            #expect(
                try await site.value(
                    "SELECT count(*) FROM resetd.audit WHERE kind = 'contact' AND action = 'reset_refused'") == "1")
            let plan = try await site.rows(
                "EXPLAIN SELECT FROM resetd.audit AS a WHERE a.action = 'reset_refused' AND a.request_id = 1")
            #expect(plan.contains { $0[0]?.contains("audit_refusal") == true })
        }
    }

    @Test func `R29: a line of the log is one line whatever comes in, and holds no address`() async throws {
        for format in ["logfmt", "json"] {
            try await TestDatabase.current.executeScript(
                "TRUNCATE directory.users, directory.contacts, directory.clients, resetd.outbox RESTART IDENTITY CASCADE"
            )
            try await Site.run(Site.unlimited + "\nlog: { level: debug, format: \(format) }") { (site) async throws in
                _ = try await site.link()
                for text in [
                    "x\" level=error msg=\"zebra\"", "x\nlevel=error msg=zebra", "x\u{85}zebra\u{2028}zebra\u{1B}[31m",
                ] {
                    _ = try await site.ask("\(text)@example.org")
                    _ = try await site.changePassword(text, from: text)
                    _ = try await site.web.send(
                        "GET", "/reset/zebra", headers: [("User-Agent", "zebra"), ("Referer", "zebra")])
                }
                _ = try await site.raw("GET /zebra%0Alevel=error HTTP/1.1\r\nHost: zebra\r\nConnection: close\r\n\r\n")
                _ = try await site.raw("ZEBRA /zebra HTTP/1.1\r\nHost: zebra\r\nConnection: close\r\n\r\n")
                try await site.settle()
                let log = try site.daemon.lines
                let lines = log.split(separator: "\n")
                #expect(lines.count > 15)
                for line in lines {
                    if format == "json" {
                        #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line)")
                    } else {
                        #expect(
                            line.wholeMatch(of: /time=\S+ level=\w+( [a-zA-Z.]+=("([^"\\]|\\.)*"|[^\s"]+))+/) != nil,
                            "\(line)")
                    }
                }
                #expect(!log.lowercased().contains("zebra") && !log.contains("mary.baker@"))
                #expect(
                    log.unicodeScalars.allSatisfy {
                        $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
                    })
            }
        }
    }

    @Test func `R15: a storm of hashings is bounded: the excess is told when to come back, and health answers`()
        async throws
    {
        try await Site.run { (site) async throws in
            let (web, operations) = (site.web, site.daemon.operations)
            let answers = try await withThrowingTaskGroup(of: [HTTPExchange.Answer].self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let body =
                            "{\"kind\":\"user\",\"login\":\"nobody\(number)\",\"current\":\"x\",\"password\":\"\(Site.new)\"}"
                        return [
                            try await web.send(
                                "POST", "/api/v1/password", headers: [("Content-Type", "application/json")], body: body)
                        ]
                    }
                }
                for _ in 0..<20 { group.addTask { [try await operations.get("/health/live")] } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let counts = Dictionary(answers.map { ($0.status, 1) }, uniquingKeysWith: +)
            #expect(counts[200] == 20)
            #expect(Set(counts.keys).isSubset(of: [200, 401, 503]), "\(counts)")
            #expect((counts[503] ?? 0) > 0)
            #expect(answers.filter { $0.status == 503 }.allSatisfy { Int($0.headers["retry-after"] ?? "") ?? 0 > 0 })
            let peak = try site.peakMemory()
            // What a sanitizer notes beside each byte is not the daemon's.
            #expect(peak < (BuiltProgram.isSanitized ? 600 : 150))
            #expect(try await site.changePassword().status == 204)
        }
    }
}
