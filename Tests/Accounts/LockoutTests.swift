import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Accounts

@Suite(.database, .timeLimit(.minutes(10)))
struct LockoutTests {
    private let new = "violet anchor teapot 7319"

    private func open(_ lockout: Lockout = Lockout()) async throws -> Site {
        let site = try await Site.open(lockout: lockout)
        let password = try Argon2.hash(Array(Site.password.utf8))
        let pin = try Argon2.hash(Array("284617".utf8))
        try await site.database.execute("UPDATE directory.users SET password_hash = \(password), pin_hash = \(pin)")
        return site
    }

    private func change(
        _ site: Site, _ current: String, login: String = "ann", secret: Secret = .password
    ) async throws -> ChangeOutcome {
        let new = secret == .pin ? "730294" : new
        return try await site.attempts.change(
            SecretChange(secret: secret, kind: .user, login: login, current: current, new: new), from: "192.0.2.7")
    }

    private func isLocked(_ outcome: ChangeOutcome) -> Bool {
        if case .locked = outcome { true } else { false }
    }

    @Test(arguments: ["ann", "nobody"])
    func `two hundred wrong passwords at once lock at exactly ten, whether or not somebody has the login`(
        login: String
    ) async throws {
        let site = try await open()
        let attempts = Attempts(
            credentials: Site.credentials(
                site.database.pool(capacity: 20),
                PasswordHasher(format: .argon2id, concurrency: 2, maximumWaiting: 200)),
            lockout: Lockout(), keys: { site.keys })
        let outcomes = try await withThrowingTaskGroup(of: ChangeOutcome.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await attempts.change(
                        SecretChange(
                            secret: .password, kind: .user, login: login, current: "wrong \(number)", new: new),
                        from: nil)
                }
            }
            return try await group.reduce(into: [ChangeOutcome]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .wrong } == 10)
        #expect(outcomes.count(where: isLocked) == 190)
        // And not what was typed for a login, which may be a password.
        #expect(try await site.value("SELECT count(*) FROM resetd.unknown_login WHERE digest LIKE '%nobody%'") == "0")
        let locks = try await site.value("SELECT count(*) FROM resetd.audit WHERE action = 'locked'")
        #expect(locks == (login == "ann" ? "1" : "0"))
    }

    @Test(arguments: ["ann", "nobody"])
    func `a refusal is answered at the end of a turn, whether or not somebody has the login`(login: String) async throws
    {
        let site = try await open()
        let begun = ContinuousClock.now
        #expect(try await change(site, "wrong", login: login) == .wrong)
        #expect(ContinuousClock.now - begun >= Attempts.pace)
    }

    @Test func `wrong passwords and wrong PINs count together`() async throws {
        let site = try await open(Lockout(failures: 4))
        for _ in 0..<2 {
            #expect(try await change(site, "wrong") == .wrong)
            #expect(try await change(site, "000000", secret: .pin) == .wrong)
        }
        #expect(isLocked(try await change(site, "284617", secret: .pin)))
        #expect(isLocked(try await change(site, Site.password)))
        #expect(try await site.value("SELECT count(*) FROM resetd.outbox") == "0")
    }

    @Test func `a lock ends with its time, and the next failure is the first`() async throws {
        let site = try await open(Lockout(failures: 2, duration: .seconds(900)))
        for _ in 0..<2 { #expect(try await change(site, "wrong") == .wrong) }
        guard case .locked(let seconds?) = try await change(site, Site.password) else {
            Issue.record("not locked")
            return
        }
        #expect((800...900).contains(seconds))
        try await site.script("UPDATE directory.users SET locked_until = now() - interval '1 second'")
        #expect(try await change(site, "wrong") == .wrong)
        #expect(try await site.value("SELECT failed_attempts FROM directory.users") == "1")
        #expect(try await change(site, Site.password) == .changed)
        #expect(try await site.value("SELECT failed_attempts FROM directory.users") == "0")
    }

    @Test func `a reset by mail works while the account is locked, and unlocks it`() async throws {
        let site = try await open(Lockout(failures: 1, duration: .zero))
        #expect(try await change(site, "wrong") == .wrong)
        #expect(try await change(site, Site.password) == .locked(seconds: nil))
        #expect(try await site.redeem(site.link(), new) == .redeemed(.user))
        #expect(try await site.value("SELECT locked_until FROM directory.users") == nil)
        let audit = try await site.database.execute(
            "SELECT action, actor FROM resetd.audit WHERE action IN ('password_reset', 'unlocked') ORDER BY id")
        #expect(audit.map(\.texts) == [["password_reset", "link"], ["unlocked", "link"]])
    }

    @Test func `a right password with a weak new one forgets the failures before it`() async throws {
        let site = try await open(Lockout(failures: 2))
        #expect(try await change(site, "wrong") == .wrong)
        let weak = SecretChange(
            secret: .password, kind: .user, login: "ann", current: Site.password, new: "short", confirmation: "shorter")
        #expect(
            try await site.attempts.change(weak, from: nil)
                == .refused([.tooShort(minimum: 12), .confirmationDiffers]))
        #expect(try await site.value("SELECT failed_attempts FROM directory.users") == "0")
    }

    @Test(arguments: [
        "UPDATE directory.users SET disabled = true", "UPDATE directory.users SET access = '{}'",
        "UPDATE directory.users SET password_hash = NULL", "UPDATE directory.users SET password_hash = '$6$absurd'",
    ])
    func `who may not sign in is answered as if the password were wrong`(script: String) async throws {
        let site = try await open()
        try await site.script(script)
        #expect(try await change(site, Site.password) == .wrong)
        #expect(try await site.value("SELECT failed_attempts FROM directory.users") == "1")
    }
}
