import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Accounts

/// "This was not me."
@Suite(.database, .timeLimit(.minutes(10)))
struct ReportTests {
    private func token(
        _ site: Site, request: Int64, purpose: Token.Purpose = .notMe, expiresAt: Int64 = 4_000_000_000
    ) -> String {
        Token(keyID: site.keys.current.id, requestID: request, expiresAt: expiresAt)
            .signed(by: site.keys.current, for: purpose)
    }

    @Test func `from the mail with a link it ends the account's open links, and nobody else's`() async throws {
        let site = try await Site.open()
        let (first, second) = (try await site.link(), try await site.link())
        let other = try await site.link(for: "bob@example.org")
        let text = token(site, request: 1)
        #expect(try await site.links.standing(ofReport: text) == .open(.user, locks: false))
        #expect(
            try await site.links.report(text, from: "192.0.2.7")
                == .reported(AccountID(.user, "1"), .user, mail: "reset_link"))
        #expect(try await site.links.standing(of: first) == .dead(.cancelled, .user))
        #expect(try await site.links.standing(of: second) == .dead(.cancelled, .user))
        #expect(try await site.links.standing(of: other) == .open(.contact))
        #expect(try await site.value("SELECT locked_until FROM directory.users") == nil)
        let rows = try await site.database.execute("SELECT state, reason FROM resetd.outbox ORDER BY id")
        #expect(rows.map(\.texts) == [["cancelled", "not_me"], ["cancelled", "not_me"], ["sending", nil]])
        let audit = try await site.database.execute("SELECT actor, action, account_id, request_id FROM resetd.audit")
        #expect(audit.map(\.texts) == [["not_me", "reported", "1", "1"]])
    }

    @Test func `from a notice it locks the account until a reset by mail, and once`() async throws {
        let site = try await Site.open()
        #expect(try await site.redeem(site.link()) == .redeemed(.user))
        try await site.claim()
        let text = token(site, request: 2)
        #expect(try await site.links.standing(ofReport: text) == .open(.user, locks: true))
        #expect(
            try await site.links.report(text, from: nil)
                == .reported(AccountID(.user, "1"), .user, mail: "password_changed"))
        #expect(try await site.value("SELECT locked_until FROM directory.users") == "infinity")
        #expect(try await site.redeem(site.link(), "violet anchor teapot 7319") == .redeemed(.user))
        #expect(try await site.value("SELECT locked_until FROM directory.users") == nil)
        #expect(try await site.links.report(text, from: nil) == .alreadyReported(.user))
        #expect(try await site.value("SELECT locked_until FROM directory.users") == nil)
    }

    @Test func `a link for one purpose is nothing for the other`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        #expect(try await site.links.report(link, from: nil) == .foreign)
        #expect(try await site.links.standing(ofReport: link) == .foreign)
        #expect(try await site.redeem(token(site, request: 1)) == .foreign)
        #expect(try await site.links.standing(of: link) == .open(.user))
    }

    @Test func `it is over after its time, and for a request that is gone`() async throws {
        let site = try await Site.open()
        _ = try await site.link()
        #expect(try await site.links.report(token(site, request: 1, expiresAt: 1000), from: nil) == .expired)
        #expect(try await site.links.report(token(site, request: 99), from: nil) == .expired)
        #expect(try await site.links.standing(ofReport: token(site, request: 99)) == .expired)
    }
}
