import Foundation
import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Accounts

/// The whole contract over tables that look nothing like ours: Config/mapping.example.sql, as it stands.
@Suite(.database, .timeLimit(.minutes(10)))
struct MappingTests {
    private let new = "violet anchor teapot 7319"
    private let actor = Actor.command(user: "root")

    // perl -e 'print crypt(SECRET, q($2b$10$abcdefghijklmnopqrstuu))'
    private static let passwordHash = "$2b$10$abcdefghijklmnopqrstuu7S3e1s3zAXAqnL2bq6D.VyifjvqWUU2"
    private static let pinHash = "$2b$10$abcdefghijklmnopqrstuu54SNtv6TRyw8u7/erzoPgxNNq/AIEVm"

    private func open(lockout: Lockout = Lockout()) async throws -> Site {
        let example = URL(filePath: #filePath).appending(path: "../../../Config/mapping.example.sql").standardized
        try await TestDatabase.current.executeScriptAsOwner(try String(contentsOf: example, encoding: .utf8))
        return try await Site.open(
            people: """
                UPDATE app.users SET password = '\(Self.passwordHash)', pin = '\(Self.pinHash)';
                UPDATE crm.contacts SET portal_hash = '\(Self.passwordHash)';
                """,
            format: .bcrypt, lockout: lockout)
    }

    private func change(
        _ site: Site, _ kind: AccountKind, _ login: String, _ current: String = Site.password
    ) async throws -> ChangeOutcome {
        try await site.attempts.change(
            SecretChange(secret: .password, kind: kind, login: login, current: current, new: new), from: nil)
    }

    private func account(_ site: Site, _ kind: AccountKind, _ login: String) async throws -> Account {
        try #require(try await site.credentials.find(kind, login: login))
    }

    @Test(arguments: [("mary.baker@example.org", AccountKind.user), ("ana@example.com", .contact)])
    func `a link is mailed to the one account, and sets its password`(email: String, kind: AccountKind) async throws {
        let site = try await open()
        let link = try await site.link(for: email)
        #expect(try await site.links.standing(of: link) == .open(kind.owner))
        #expect(try await site.redeem(link, new) == .redeemed(kind.owner))
        #expect(try await site.redeem(link, new) == .dead(.used, kind.owner))
        let notice = try await site.value("SELECT purpose FROM resetd.outbox WHERE requested_by = 'resetd'")
        #expect(notice == "password_changed")
    }

    @Test func `who shares an address, and who left, is nobody for it`() async throws {
        let site = try await open()
        for email in ["OFFICE@example.com", "mo.field@example.org", "dora.gone@example.org"] {
            try await site.database.execute("INSERT INTO resetd.outbox (email) VALUES (\(email))")
        }
        #expect(try await site.claim().isEmpty)
        let reasons = try await site.database.execute("SELECT reason FROM resetd.outbox ORDER BY id").map {
            $0.texts[0]
        }
        #expect(reasons == ["duplicate_email", "not_recoverable", "disabled"])
        // Una has left and come back: the row that is marked as deleted shares nothing.
        _ = try await site.link(for: "una@example.com")
    }

    @Test func `users and contacts change what they know, and the hash is of the form that the site reads`()
        async throws
    {
        let site = try await open()
        #expect(try await change(site, .user, "mary", "wrong") == .wrong)
        #expect(try await change(site, .user, "mary") == .changed)
        #expect(try await change(site, .contact, "ana") == .changed)
        #expect(try await site.value("SELECT left(password, 7) FROM app.users WHERE username = 'mary'") == "$2b$12$")
        #expect(try await change(site, .contact, "una-old") == .wrong)
        #expect(try await change(site, .user, "dora") == .wrong)
        let pin = SecretChange(secret: .pin, kind: .user, login: "mo", current: "284617", new: "048151")
        #expect(try await site.attempts.change(pin, from: nil) == .changed)
    }

    @Test func `attempts at once lock after exactly as many failures as are allowed`() async throws {
        let site = try await open(lockout: Lockout(failures: 3, duration: .zero))
        let outcomes = try await withThrowingTaskGroup(of: ChangeOutcome.self) { group in
            for _ in 0..<12 { group.addTask { try await change(site, .contact, "ana", "wrong") } }
            return try await group.reduce(into: [ChangeOutcome]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .wrong } == 3)
        #expect(outcomes.count { $0 == .locked(seconds: nil) } == 9)
        let ana = try await account(site, .contact, "ana")
        #expect(ana.lockedUntil == "infinity")
        try await site.credentials.unlock(ana.account, by: actor)
        #expect(try await change(site, .contact, "ana") == .changed)
    }

    @Test func `an administrator sets a password, a PIN and a login that is free`() async throws {
        let site = try await open()
        let mary = try await account(site, .user, "mary").account
        try await site.credentials.setPassword(of: mary, to: new, by: actor)
        #expect(try await site.value("SELECT must_change FROM app.users WHERE username = 'mary'") == "t")
        try await site.credentials.setPIN(ofUser: mary.id, to: "730294", by: actor)
        let ana = try await account(site, .contact, "ana").account
        await #expect(throws: LoginRefused.taken) {
            try await site.credentials.setLogin(of: ana, to: "office1", by: actor)
        }
        try await site.credentials.setLogin(of: ana, to: "ana2", by: actor)
        let told = try await site.database.execute("SELECT purpose FROM resetd.outbox ORDER BY id").map { $0.texts[0] }
        #expect(told == ["password_changed", "pin_changed", "login_changed"])
    }

    @Test func `the console finds people, clients and shared addresses`() async throws {
        let site = try await open()
        let directory = Directory(pool: site.pool)
        #expect(try await directory.accounts(.user, words: "bak", after: nil).entries.map(\.loginID) == ["mary"])
        #expect(try await directory.clients(words: "nor", after: nil).entries.map(\.name) == ["North & Sons"])
        let contacts = try await directory.accounts(.contact, words: nil, client: "2", after: nil).entries
        #expect(contacts.map(\.loginID) == ["office2", "una"])
        #expect(try await directory.clients(ofContact: "1").map(\.name) == ["Harbour Works"])
        #expect(try await directory.duplicates(after: nil).entries.map(\.address) == ["office@example.com"])
    }

    @Test func `who had an address is told when it is taken from the account`() async throws {
        let site = try await open()
        try await site.script("UPDATE app.users SET email = 'mary@example.net' WHERE username = 'mary'")
        let told = try await site.database.execute(
            "SELECT email, purpose, account_id = (SELECT id::text FROM app.users WHERE username = 'mary') AS hers FROM resetd.outbox"
        )
        #expect(
            Set(told.map(\.texts)) == [
                ["mary.baker@example.org", "address_removed", "t"], ["mary@example.net", "address_changed", "t"],
            ])
    }
}
