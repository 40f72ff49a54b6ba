import Demo
import Postgres
import TestSupport
import Testing

/// Nobody finds out who has an account, and nobody shuts anybody out. How long answers take: `Scripts/test timing`.
@Suite(.database, .timeLimit(.minutes(5)))
struct EnumerationTests {
    /// Known, unknown, shared, disabled, locked, Mobile only, without any access, without a password; a contact's, too.
    private static let addresses = [
        "mary.baker@example.org", "nobody@example.org", "twins@example.org", "dora@example.org", "lou@example.org",
        "mo.field@example.org", "idle@example.org", "blank@example.org", "ana@example.com", "nora@example.com",
    ]

    @Test func `R1: asking is answered alike, in every byte, whoever the address belongs to`() async throws {
        try await Site.run { (site) async throws in
            for kind in ["user", "contact"] {
                let first = Said(try await site.ask("somebody@example.net", kind: kind))
                #expect(first.status == 200)
                for address in Self.addresses { #expect(Said(try await site.ask(address, kind: kind)) == first) }
            }
            for address in Self.addresses {
                let answer = try await site.json("/api/v1/reset-requests", ["email": address])
                #expect(answer.status == 202 && answer.body.isEmpty)
                #expect(
                    Set(answer.headers.keys)
                        == Set(try await site.json("/api/v1/reset-requests", ["email": "x@example.net"]).headers.keys))
            }
        }
    }

    @Test func `R1: nothing is looked up before the answer: accounts and requests may be locked away`() async throws {
        try await Site.run { (site) async throws in
            let keeper = try await Connection.open(site.database.database)
            try await keeper.executeScript(
                "BEGIN; LOCK TABLE directory.users, directory.contacts IN ACCESS EXCLUSIVE MODE")
            for address in Self.addresses { #expect(try await site.ask(address).status == 200) }
            try await keeper.executeScript("ROLLBACK")
        }
    }

    @Test func `R1: a renewal of a dead link says nothing of its account`() async throws {
        try await Site.run { (site) async throws in
            let link = try await site.link()
            #expect(try await site.redeem(link).status == 303)
            let live = Said(try await site.web.post("\(link)/renew", form: []))
            try await site.database.execute("UPDATE directory.users SET disabled = true WHERE login_id = 'mary'")
            #expect(Said(try await site.web.post("\(link)/renew", form: [])) == live)
            try await site.database.execute("DELETE FROM directory.users WHERE login_id = 'mary'")
            #expect(Said(try await site.web.post("\(link)/renew", form: [])) == live)
            #expect(live.status == 303)
        }
    }

    @Test func `R2: mails to an account are limited, and so are a client's requests and all of them`() async throws {
        try await Site.run("limits: { totalMinute: 35 }") { (site) async throws in
            for _ in 0..<3 { #expect(try await site.ask("mary.baker@example.org").status == 200) }
            try await site.settle()
            #expect(site.relay.mails.count == 1)
            #expect(try await site.value("SELECT count(*) FROM resetd.outbox WHERE reason = 'throttled'") == "2")

            for _ in 3..<30 { #expect(try await site.ask("nobody@example.org").status == 200) }
            let tooMany = try await site.ask("nobody@example.org")
            #expect(tooMany.status == 429)
            #expect(Int(tooMany.headers["retry-after"] ?? "") ?? 0 > 0)
            // Another route has a count of its own; five more are as many as all may have.
            for _ in 0..<5 {
                #expect(try await site.json("/api/v1/reset-requests", ["email": "x@example.org"]).status == 202)
            }
            #expect(try await site.json("/api/v1/reset-requests", ["email": "x@example.org"]).status == 429)
        }
    }

    @Test func `R2: asking locks nobody out, however often`() async throws {
        try await Site.run { (site) async throws in
            for _ in 0..<50 { try await site.ask("mary.baker@example.org") }
            try await site.settle()
            #expect(
                try await site.rows(
                    "SELECT failed_attempts, locked_until FROM directory.users WHERE login_id = 'mary'")
                    == [["0", nil]])
            #expect(try await site.changePassword().status == 204)
        }
    }

    @Test func `R16: a wrong password and a login that nobody has are answered alike, also once they are locked`()
        async throws
    {
        try await Site.run(Site.unlimited + "\nlockout: { failures: 3, duration: 0s }") { (site) async throws in
            for login in ["mary", "nobody", "mo", "dora", "idle", "blank"] {
                var said: [Said] = []
                for _ in 0..<5 { said.append(Said(try await site.changePassword(login, from: "not the one at all"))) }
                #expect(said.map(\.status) == [401, 401, 401, 423, 423], "\(login)")
                let nobody = [
                    Said(try await site.changePassword("other-\(login)", from: "not the one at all")), said[0],
                ]
                #expect(nobody[0] == nobody[1])
                #expect(said[3] == said[4])
            }
            // Neither is told apart from one who may not sign in although the password is right.
            #expect(try await site.changePassword("dora").status == 423)
        }
    }

    @Test func `R16: failures count per account, a lock stops no reset by mail, and a reset ends it`() async throws {
        try await Site.run(Site.unlimited + "\nlockout: { failures: 3, duration: 0s }") { (site) async throws in
            for client in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
                let answer = try await site.json(
                    "/api/v1/password",
                    ["kind": "user", "login": "mary", "current": "no", "password": Site.new],
                    headers: [("X-Forwarded-For", client)])
                #expect(answer.status == 401)
            }
            #expect(try await site.changePassword().status == 423)
            #expect(try await site.changePIN(to: "048151").status == 423)
            #expect(try await site.redeem(site.link()).status == 303)
            #expect(try await site.changePassword(from: Site.new, to: Site.another).status == 204)
        }
    }
}
