import Postgres
import TestSupport
import Testing

/// A retry sends the same bytes while half of the link's life is left, mints afresh after that, and ends with its account.
@Suite(.database, .timeLimit(.minutes(10)))
struct ClaimRetryTests {
    private static let minting = "message_id, expires_at, minted_at, key_id, account_revision"

    private func claimedOnce() async throws -> Claimer {
        let claim = try await Claimer.open()
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO directory.contacts (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.outbox (email, account_kind) VALUES ('ann@example.org', 'user');
            """)
        #expect(try await claim() == [.init(1, "sending")])
        return claim
    }

    private func age(_ claim: Claimer, by interval: String) async throws {
        try await claim.giveBack()
        try await claim.script(
            """
            UPDATE resetd.outbox SET minted_at = minted_at - interval '\(interval)',
                   expires_at = expires_at - interval '\(interval)', first_claimed_at = first_claimed_at - interval '\(interval)'
            """)
    }

    @Test func `while half of its life is left a link is the same, whoever claims it`() async throws {
        let claim = try await claimedOnce()
        try await age(claim, by: "29 minutes")
        let before = try await claim.outbox(Self.minting)
        var other = try await Claimer.open()
        (other.keyID, other.knownKeys) = (2, [2, 1])
        let row = try #require(try await other.rows().first)
        #expect(try row.get("fence", as: Int.self) == 2)
        #expect(try await claim.outbox(Self.minting) == before)
        #expect(try row.get("message_id", as: String.self) == before[0])
        #expect(try row.get("key_id", as: Int.self) == 1)
    }

    @Test func `it is given up by the time that it was told to wait, and not by that in which nobody could try it`()
        async throws
    {
        let claim = try await claimedOnce()
        let hours = 3_600_000
        for (delay, state) in [(4 * hours, "queued"), (3 * hours, "queued"), (hours, "failed")] {
            #expect(try await claim.record("queued", delay: delay) == 1)
            #expect(try await claim.outbox("state, due_at - now() > interval '59 minutes'") == [state, "t"])
            guard state == "queued" else { break }
            try await claim.script(
                """
                UPDATE resetd.outbox SET due_at = now() - interval '5 days', minted_at = now() - interval '9 days',
                       expires_at = now() - interval '8 days', first_claimed_at = now() - interval '9 days'
                """)
            #expect(try await claim() == [.init(1, "sending")])
        }
        #expect(try await claim.outbox("reason, waited") == ["gave_up", "\(8 * hours)"])
    }

    @Test func `after that it is minted afresh`() async throws {
        let claim = try await claimedOnce()
        try await age(claim, by: "31 minutes")
        let before = try await claim.outbox(Self.minting + ", first_claimed_at")
        var other = try await Claimer.open()
        (other.keyID, other.knownKeys) = (2, [2, 1])
        #expect(try await other() == [.init(1, "sending")])
        let after = try await claim.outbox(Self.minting + ", first_claimed_at")
        #expect(after[0] != before[0] && after[1] != before[1] && after[2] != before[2])
        #expect(after[3] == "2")
        #expect(after[4] == before[4] && after[5] == before[5])
        #expect(
            try await claim.outbox("expires_at - minted_at, now() - minted_at < interval '1 minute'") == [
                "01:00:00", "t",
            ])
    }

    @Test func `a request that is tried anew gets a link that outlives those that are dead`() async throws {
        let claim = try await claimedOnce()
        try await claim.giveBack()
        try await claim.script(
            "UPDATE resetd.outbox SET minted_at = NULL, dead_through = now() + interval '1 hour', expires_at = NULL, key_id = NULL"
        )
        #expect(try await claim() == [.init(1, "sending")])
        #expect(try await claim.outbox("expires_at - dead_through >= interval '2 seconds'") == ["t"])
    }

    @Test func `a key that left the ring is no reason to send a link that nobody can verify`() async throws {
        let claim = try await claimedOnce()
        try await claim.giveBack()
        var other = try await Claimer.open()
        (other.keyID, other.knownKeys) = (3, [3, 2])
        #expect(try await other() == [.init(1, "sending")])
        #expect(try await claim.outbox("key_id") == ["3"])
    }

    @Test func `a notice keeps its message id for good`() async throws {
        let claim = try await claimedOnce()
        try await claim.script("UPDATE resetd.outbox SET purpose = 'password_changed', account_kind = 'user'")
        try await age(claim, by: "5 hours")
        let before = try await claim.outbox("message_id, minted_at")
        #expect(try await claim() == [.init(1, "sending")])
        #expect(try await claim.outbox("message_id, minted_at") == before)
    }

    @Test(arguments: [
        "UPDATE directory.users SET password_hash = 'x'", "UPDATE directory.users SET email = 'new@example.org'",
        "UPDATE directory.users SET email = NULL", "UPDATE directory.users SET email = E'ann@example.org\\r\\n.x'",
        "UPDATE directory.users SET login_id = 'new'", "UPDATE directory.users SET access = '{mobile}'",
        "UPDATE directory.users SET disabled = true", "DELETE FROM directory.users",
        "DELETE FROM directory.users; INSERT INTO directory.users (id, login_id, email) VALUES (1, 'ann', 'ann@example.org')",
    ])
    func `a request whose account has changed since is cancelled`(change: String) async throws {
        let claim = try await claimedOnce()
        try await claim.giveBack()
        try await claim.script(change)
        // Notices of the change itself may come with it.
        #expect(try await claim().first == .init(1, "cancelled", "account_changed"))
        #expect(try await claim.outbox("state, reason, claimed_by") == ["cancelled", "account_changed", nil])
        #expect(try await claim() == [])
    }

    @Test func `a notice goes to the account as it is by then`() async throws {
        let claim = try await claimedOnce()
        try await claim.script(
            """
            INSERT INTO resetd.outbox (email, account_kind, account_id, purpose) VALUES ('ann@example.org', 'user', '1', 'password_changed');
            UPDATE directory.users SET password_hash = 'x';
            """)
        #expect(try await claim() == [.init(2, "sending")])
        try await claim.giveBack()
        #expect(try await claim() == [.init(1, "cancelled", "account_changed"), .init(2, "sending")])
    }

    @Test func `an address that somebody else has taken since is refused`() async throws {
        let claim = try await claimedOnce()
        try await claim.giveBack()
        try await claim.script("INSERT INTO directory.users (login_id, email) VALUES ('second', 'ANN@example.org')")
        #expect(try await claim() == [.init(1, "rejected", "duplicate_email")])
    }

    @Test func `a retry stays with its account although the address is another's by now`() async throws {
        let claim = try await claimedOnce()
        try await claim.giveBack()
        try await claim.script(
            """
            UPDATE resetd.outbox SET email = 'elsewhere@example.org';
            INSERT INTO directory.users (login_id, email) VALUES ('other', 'elsewhere@example.org');
            """)
        let row = try #require(try await claim.rows().first)
        #expect(try row.get("email", as: String.self) == "ann@example.org")
        #expect(try await claim.outbox("sent_to, account_id") == ["ann@example.org", "1"])
    }
}
