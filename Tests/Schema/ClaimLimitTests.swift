import Postgres
import TestSupport
import Testing

/// Limits count exactly: inside a batch, between batches, and between daemons.
@Suite(.database, .timeLimit(.minutes(10)))
struct ClaimLimitTests {
    private func arranged(interval: String, hourly: Int) async throws -> Claimer {
        var claim = try await Claimer.open()
        (claim.interval, claim.hourly) = (interval, hourly)
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org'), ('bob', 'bob@example.org');
            INSERT INTO directory.contacts (login_id, email) VALUES ('ann', 'ann@example.org');
            """)
        return claim
    }

    private func ask(_ claim: Claimer, _ times: Int = 1, email: String = "ann@example.org", kind: String = "user")
        async throws
    {
        for _ in 0..<times {
            try await claim.connection.execute(
                "INSERT INTO resetd.outbox (email, account_kind) VALUES (\(email), \(kind))")
        }
    }

    private func states(_ claim: Claimer) async throws -> [String] {
        try await claim().map { $0.reason ?? $0.state }
    }

    @Test func `of several requests in one batch the first is mailed`() async throws {
        let claim = try await arranged(interval: "60 seconds", hourly: 0)
        try await ask(claim, 3)
        try await ask(claim, 2, email: "bob@example.org")
        // A contact under the same number and address is another account.
        try await ask(claim, 2, kind: "contact")
        #expect(
            try await states(claim)
                == ["sending", "throttled", "throttled", "sending", "throttled", "sending", "throttled"])
        let throttled = try await claim.outbox("state, reason, account_id, minted_at, fence", id: 2)
        #expect(throttled == ["rejected", "throttled", "1", nil, "0"])
    }

    @Test func `an hour's count is exact inside a batch and across batches`() async throws {
        let claim = try await arranged(interval: "0 seconds", hourly: 3)
        try await ask(claim, 2)
        #expect(try await states(claim) == ["sending", "sending"])
        try await ask(claim, 3)
        #expect(try await states(claim) == ["sending", "throttled", "throttled"])
        // One of them falls out of the hour.
        try await claim.script("UPDATE resetd.outbox SET minted_at = now() - interval '61 minutes' WHERE id = 1")
        try await ask(claim, 2)
        #expect(try await states(claim) == ["sending", "throttled"])
    }

    @Test func `the interval runs from the last link`() async throws {
        let claim = try await arranged(interval: "60 seconds", hourly: 0)
        try await ask(claim)
        #expect(try await states(claim) == ["sending"])
        try await ask(claim)
        #expect(try await states(claim) == ["throttled"])
        try await claim.script("UPDATE resetd.outbox SET minted_at = now() - interval '61 seconds' WHERE id = 1")
        try await ask(claim)
        #expect(try await states(claim) == ["sending"])
    }

    @Test func `an interval longer than an hour holds`() async throws {
        let claim = try await arranged(interval: "3 hours", hourly: 0)
        try await ask(claim)
        try await claim()
        try await claim.script("UPDATE resetd.outbox SET minted_at = now() - interval '2 hours' WHERE id = 1")
        try await ask(claim)
        #expect(try await states(claim) == ["throttled"])
    }

    @Test func `nought is no limit`() async throws {
        let claim = try await arranged(interval: "0 seconds", hourly: 0)
        try await ask(claim, 20)
        #expect(try await states(claim) == Array(repeating: "sending", count: 20))
    }

    @Test func `a mail that failed for good does not count, others do`() async throws {
        let claim = try await arranged(interval: "60 seconds", hourly: 1)
        for (state, expected) in [("failed", "sending"), ("sent", "throttled"), ("cancelled", "throttled")] {
            try await claim.script("DELETE FROM resetd.outbox")
            try await ask(claim)
            #expect(try await states(claim) == ["sending"])
            try await claim.script("UPDATE resetd.outbox SET state = '\(state)', claimed_by = NULL")
            try await ask(claim)
            #expect(try await states(claim) == [expected])
        }
    }

    @Test func `a retry is not limited, and does not count twice`() async throws {
        let claim = try await arranged(interval: "60 seconds", hourly: 2)
        try await ask(claim)
        for _ in 0..<3 {
            #expect(try await states(claim) == ["sending"])
            try await claim.giveBack()
        }
        try await claim()
        try await claim.script(
            "UPDATE resetd.outbox SET minted_at = now() - interval '61 seconds', expires_at = now() + interval '1 hour'"
        )
        try await ask(claim)
        #expect(try await states(claim) == ["sending"])
    }

    @Test func `while one daemon counts for an account the other leaves its rows queued, and counts right afterwards`()
        async throws
    {
        let one = try await arranged(interval: "0 seconds", hourly: 2)
        var two = try await Claimer.open()
        (two.interval, two.hourly) = (one.interval, one.hourly)
        try await ask(one)
        try await one.script("BEGIN")
        #expect(try await one() == [.init(1, "sending")])
        try await ask(two, 3)
        try await ask(two, email: "bob@example.org")
        #expect(
            try await two() == [
                .init(2, "queued"), .init(3, "queued"), .init(4, "queued"), .init(5, "sending"),
            ])
        // They step aside for a moment, so that they do not stand before the others.
        let aside = "state, fence, claimed_by, account_id, due_at BETWEEN now() AND now() + interval '250 milliseconds'"
        #expect(try await two.outbox(aside, id: 2) == ["queued", "0", nil, nil, "t"])
        try await one.script("COMMIT")
        try await two.script("UPDATE resetd.outbox SET due_at = now() WHERE state = 'queued'")
        #expect(
            try await two() == [
                .init(2, "sending"), .init(3, "rejected", "throttled"), .init(4, "rejected", "throttled"),
            ])
    }

    @Test func `rows of a locked account wait, hopeless ones are settled all the same`() async throws {
        let claim = try await arranged(interval: "60 seconds", hourly: 5)
        let other = try await Claimer.open()
        try await other.script("BEGIN; SELECT resetd.lock_account('user', '1')")
        try await ask(claim)
        try await ask(claim, email: "nobody@example.org")
        #expect(try await claim() == [.init(1, "queued"), .init(2, "rejected", "unknown_email")])
        try await other.script("ROLLBACK")
        try await claim.script("UPDATE resetd.outbox SET due_at = now()")
        #expect(try await claim() == [.init(1, "sending")])
    }
}
