import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Accounts

@Suite(.database, .timeLimit(.minutes(10)))
struct RedeemTests {
    @Test func `a link sets a password once, and all that belongs to it happens with it`() async throws {
        let site = try await Site.open()
        try await site.script(
            """
            UPDATE directory.users SET password_change_required = true, failed_attempts = 9, locked_until = now() + interval '1 day'
            """)
        let link = try await site.link()
        #expect(try await site.links.standing(of: link) == .open(.user))
        #expect(try await site.redeem(link) == .redeemed(.user))
        let hash = try #require(try await site.value("SELECT password_hash FROM directory.users"))
        #expect(try Argon2.verify(Array(Site.password.utf8), against: hash))
        let account = try await site.database.execute(
            "SELECT password_change_required, failed_attempts, locked_until FROM directory.users")
        #expect(account.map(\.texts) == [["f", "0", nil]])
        let rows = try await site.database.execute(
            """
            SELECT redeemed_at IS NOT NULL AS redeemed, purpose, state, account_kind, account_id, email, requested_by
              FROM resetd.outbox ORDER BY id
            """)
        #expect(
            rows.map(\.texts) == [
                ["t", "reset_link", "sending", nil, "1", "ann@example.org", nil],
                ["f", "password_changed", "queued", "user", "1", "ann@example.org", "resetd"],
            ])
        let audit = try await site.database.execute(
            "SELECT actor, action, kind, account_id, request_id, host(client_address) AS host FROM resetd.audit ORDER BY id"
        )
        #expect(
            audit.map(\.texts) == ["password_reset", "unlocked"].map { ["link", $0, "user", "1", "1", "192.0.2.7"] })
    }

    @Test func `a contact's link sets the contact's password, not that of a user with the same number`() async throws {
        let site = try await Site.open()
        #expect(try await site.redeem(site.link(for: "bob@example.org")) == .redeemed(.contact))
        #expect(try await site.value("SELECT password_hash FROM directory.users") == nil)
        #expect(try await site.value("SELECT password_hash FROM directory.contacts") != nil)
    }

    @Test func `the second use is dead, with whatever password, and changes nothing`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        #expect(try await site.redeem(link) == .redeemed(.user))
        let before = try await site.value(
            "SELECT password_hash || count(o.*) FROM directory.users, resetd.outbox AS o GROUP BY password_hash")
        for password in [Site.password, "another velvet lantern orbit", "short"] {
            #expect(try await site.redeem(link, password) == .dead(.used, .user))
        }
        #expect(try await site.links.standing(of: link) == .dead(.used, .user))
        let after = try await site.value(
            "SELECT password_hash || count(o.*) FROM directory.users, resetd.outbox AS o GROUP BY password_hash")
        #expect(before == after)
    }

    @Test func `of thirty at once one wins, and the hash is the winner's`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        let outcomes = try await withThrowingTaskGroup(of: (Int, Redemption).self) { group in
            for number in 0..<30 {
                group.addTask { (number, try await site.redeem(link, "seven quiet otters mend net \(number)")) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let winners = outcomes.filter { $0.value == .redeemed(.user) }.keys
        #expect(winners.count == 1)
        #expect(outcomes.values.count { $0 == .dead(.used, .user) } == 29)
        let hash = try #require(try await site.value("SELECT password_hash FROM directory.users"))
        let winner = try #require(winners.first)
        #expect(try Argon2.verify(Array("seven quiet otters mend net \(winner)".utf8), against: hash))
        #expect(try await site.value("SELECT count(*) FROM resetd.audit WHERE action = 'password_reset'") == "1")
        #expect(try await site.value("SELECT count(*) FROM resetd.outbox WHERE purpose = 'password_changed'") == "1")
    }

    @Test func `asked twice, either link works once and ends the other`() async throws {
        let site = try await Site.open()
        let first = try await site.link()
        let second = try await site.link()
        let third = try await site.link(for: "bob@example.org")
        #expect(try await site.links.standing(of: first) == .open(.user))
        #expect(try await site.redeem(second) == .redeemed(.user))
        #expect(try await site.links.standing(of: first) == .dead(.newerUsed, .user))
        #expect(try await site.redeem(first, "another velvet lantern orbit") == .dead(.newerUsed, .user))
        // Of another account.
        #expect(try await site.links.standing(of: third) == .open(.contact))
    }

    @Test func `a refused password is told with every rule, and leaves the link open`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        let refusals: [(String, [PasswordViolation])] = [
            ("short", [.tooShort(minimum: 12)]), ("password", [.tooShort(minimum: 12), .common]),
            ("password1234", [.common]), ("ann.hathersage1", [.personal]), ("timekeeperpro99", [.personal]),
            ("ann@example.org", [.personal]), ("", [.tooShort(minimum: 12)]),
            ("otters\tmend nets", [.controlCharacter]),
            (String(repeating: "kq7vzw2mxj", count: 103), [.tooLong(maximumBytes: 1024)]),
        ]
        for (password, violations) in refusals {
            #expect(try await site.redeem(link, password) == .refused(violations, .user))
        }
        #expect(try await site.value("SELECT password_hash FROM directory.users") == nil)
        #expect(try await site.value("SELECT string_agg(DISTINCT action, ' ') FROM resetd.audit") == "reset_refused")
        #expect(try await site.redeem(link) == .redeemed(.user))
    }

    @Test func `the present password is refused`() async throws {
        let site = try await Site.open()
        #expect(try await site.redeem(site.link()) == .redeemed(.user))
        let link = try await site.link()
        #expect(try await site.redeem(link) == .refused([.sameAsCurrent], .user))
        #expect(try await site.links.standing(of: link) == .open(.user))
    }

    @Test func `where hosts read bcrypt, more than 72 bytes are refused`() async throws {
        let site = try await Site.open(format: .bcrypt)
        let link = try await site.link()
        let long = "seven quiet otters mend nets by the harbour wall while the tide goes out again"
        #expect(try await site.redeem(link, long) == .refused([.tooLong(maximumBytes: 72)], .user))
        #expect(try await site.redeem(link) == .redeemed(.user))
        #expect(try await site.value("SELECT password_hash FROM directory.users")?.hasPrefix("$2b$") == true)
    }

    @Test func `a storm of attempts is turned away, and the link is still good`() async throws {
        let site = try await Site.open()
        let busy = ResetLinks(
            credentials: Site.credentials(
                site.pool, PasswordHasher(format: .bcrypt, concurrency: 1, maximumWaiting: 0)),
            keys: { [keys = site.keys] in keys }, clock: DatabaseClock(), requests: RequestWriter(pool: site.pool))
        let link = try await site.link()
        let turnedAway = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    do {
                        _ = try await busy.redeem(link, password: "seven quiet otters \(number)", from: nil)
                        return false
                    } catch is HashingBusy {
                        return true
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect((1..<8).contains(turnedAway))
        #expect(try await site.value("SELECT count(*) FROM resetd.audit WHERE action = 'password_reset'") == "1")
    }
}
