import Accounts
import PasswordReset
import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(10)))
struct RenewTests {
    private let queued: Statement = """
        SELECT email, account_kind, account_id, locale, host(client_address) AS host, requested_by, purpose, state
          FROM resetd.outbox WHERE requested_by = 'web'
        """

    @Test(arguments: [
        "UPDATE resetd.outbox SET redeemed_at = now()", "UPDATE resetd.outbox SET expires_at = now()",
        "UPDATE resetd.outbox SET state = 'cancelled'", "UPDATE directory.users SET email = 'new@example.org'",
    ])
    func `a dead link of ours queues a request for its account`(script: String) async throws {
        let site = try await Site.open()
        let link = try await site.link()
        try await site.script("UPDATE resetd.outbox SET locale = 'de'")
        try await site.script(script)
        #expect(try await site.links.renew(link, from: "2001:db8::7"))
        let rows = try await site.database.execute(queued).map(\.texts)
        #expect(rows == [["ann@example.org", "user", "1", "de", "2001:db8::7", "web", "reset_link", "queued"]])
    }

    @Test func `a link that still works queues nothing, and says no different`() async throws {
        let site = try await Site.open()
        #expect(try await site.links.renew(site.link(), from: nil))
        #expect(try await site.database.execute(queued).isEmpty)
    }

    @Test func `the new mail goes to the address that the account has by then`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        try await site.script("UPDATE directory.users SET email = 'new@example.org'")
        #expect(try await site.links.renew(link, from: nil))
        _ = try await site.link(for: "bob@example.org")
        #expect(
            try await site.value("SELECT sent_to FROM resetd.outbox WHERE requested_by = 'web'") == "new@example.org")
    }

    @Test func `an expired token is enough, a purged row queues nothing, and both look alike`() async throws {
        let site = try await Site.open()
        _ = try await site.link()
        #expect(try await site.links.renew(site.token(request: 1, expiresAt: 0), from: nil))
        #expect(try await site.database.execute(queued).count == 1)
        #expect(try await site.links.renew(site.token(request: 77, expiresAt: 0), from: nil))
        #expect(try await site.database.execute(queued).count == 1)
    }

    @Test func `a token that is not ours queues nothing`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        #expect(try await site.links.renew(String(link.dropLast()) + "_", from: nil) == false)
        let other = LinkKeys.generate()
        let foreign = Token(keyID: 1, requestID: 1, expiresAt: 0).signed(by: other.current, for: .reset)
        #expect(try await site.links.renew(foreign, from: nil) == false)
        #expect(try await site.database.execute(queued).isEmpty)
    }
}
