import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Accounts

@Suite(.database, .timeLimit(.minutes(10)))
struct ChangeTests {
    private let new = "violet anchor teapot 7319"

    private func open() async throws -> Site {
        let site = try await Site.open()
        let password = try Argon2.hash(Array(Site.password.utf8))
        let pin = try Argon2.hash(Array("284617".utf8))
        try await site.database.execute("UPDATE directory.users SET password_hash = \(password), pin_hash = \(pin)")
        try await site.database.execute("UPDATE directory.contacts SET password_hash = \(password)")
        return site
    }

    private func change(
        _ site: Site, _ secret: Secret = .password, _ kind: AccountKind = .user, _ login: String = "ann",
        _ current: String = Site.password, to new: String
    ) async throws -> ChangeOutcome {
        try await site.attempts.change(
            SecretChange(secret: secret, kind: kind, login: login, current: current, new: new), from: "192.0.2.7")
    }

    @Test func `a change is stored, audited and told in one transaction, and ends open links`() async throws {
        let site = try await open()
        let link = try await site.link()
        try await site.script("UPDATE directory.users SET password_change_required = true, failed_attempts = 3")
        let listener = try await Connection.open(site.database.database)
        var notifications = try await listener.notifications(on: ["resetd_credential_changed"]).makeAsyncIterator()
        #expect(try await change(site, to: new) == .changed)
        let hash = try #require(try await site.value("SELECT password_hash FROM directory.users"))
        #expect(try StoredHash.verify(Array(new.utf8), against: hash))
        #expect(
            try await site.value(
                "SELECT NOT password_change_required AND failed_attempts = 0 FROM directory.users") == "t")
        #expect(try await site.links.standing(of: link) == .dead(.changed, .user))
        let audit = try await site.database.execute(
            "SELECT actor, action, kind, account_id, host(client_address) AS host, detail FROM resetd.audit")
        #expect(audit.map(\.texts) == [["owner", "password_changed", "user", "1", "192.0.2.7", nil]])
        let notice = try await site.value("SELECT email FROM resetd.outbox WHERE purpose = 'password_changed'")
        #expect(notice == "ann@example.org")
        #expect(await notifications.next() == "resetd_credential_changed")
    }

    @Test func `a PIN changes alone: the duty to change the password stays, and so do links`() async throws {
        let site = try await open()
        let link = try await site.link()
        try await site.script("UPDATE directory.users SET password_change_required = true")
        #expect(try await change(site, .pin, .user, "ann", "284617", to: "284617") == .refused([.sameAsCurrent]))
        #expect(try await change(site, .pin, .user, "ann", "284617", to: "004815") == .changed)
        #expect(try await change(site, .pin, .user, "ann", "004815", to: "730294") == .changed)
        #expect(try await site.value("SELECT password_change_required FROM directory.users") == "t")
        #expect(try await site.links.standing(of: link) == .open(.user))
    }

    @Test func `rules are told only to whoever knows the present password`() async throws {
        let site = try await open()
        #expect(try await change(site, .password, .user, "ann", "wrong", to: "short") == .wrong)
        #expect(try await change(site, to: "short") == .refused([.tooShort(minimum: 12)]))
        #expect(try await change(site, to: Site.password) == .refused([.sameAsCurrent]))
        #expect(try await change(site, .password, .contact, "ann", to: new) == .wrong)
        #expect(try await change(site, .password, .contact, "bob", to: new) == .changed)
    }

    @Test func `of two changes at once with the same present password one wins`() async throws {
        let site = try await open()
        let outcomes = try await withThrowingTaskGroup(of: ChangeOutcome.self) { group in
            for number in 0..<6 { group.addTask { try await change(site, to: "\(new) \(number)") } }
            return try await group.reduce(into: [ChangeOutcome]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .changed } == 1)
        #expect(outcomes.count { $0 == .wrong } == 5)
    }
}
