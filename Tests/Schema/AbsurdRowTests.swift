import Postgres
import TestSupport
import Testing

/// Whatever somebody wrote into the outbox by hand, the statements of delivery settle it, and nobody else waits for it.
@Suite(.database, .timeLimit(.minutes(10)))
struct AbsurdRowTests {
    /// Ann, and two requests of hers: the first is to be spoiled, the second stands for everybody else's.
    private func spoiled(by change: String) async throws -> Claimer {
        var claim = try await Claimer.open()
        (claim.interval, claim.hourly) = ("0 seconds", 5)
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.outbox (email) VALUES ('ann@example.org'), ('ann@example.org');
            UPDATE resetd.outbox SET \(change) WHERE id = 1;
            """)
        return claim
    }

    /// A retry of a link that Ann was sent.
    private static let minted = """
        account_id = '1', resolved_kind = 'user', account_revision = (SELECT revision FROM resetd.account),
        message_id = '<1@x>',
        """

    @Test(arguments: [
        "attempts = 2147483647", "attempts = -2147483648", "fence = 2147483647", "fence = -2147483648",
        "rescues = 2147483647, unanswered = 2147483647", "rescues = -2147483648, unanswered = -2147483648",
        "locale = '../../etc'", "locale = repeat('x', 1000000)", "purpose = 'no_such_purpose'", "purpose = ''",
        "due_at = 'infinity'", "due_at = '-infinity'", "requested_at = 'infinity'", "requested_at = '-infinity'",
        "first_claimed_at = 'infinity'", "first_claimed_at = '-infinity'", "waited = 9223372036854775807",
        "waited = -9223372036854775808",
        "sent_at = 'infinity', redeemed_at = '-infinity'", "sent_at = '-infinity', redeemed_at = 'infinity'",
        "dead_through = 'infinity'", "dead_through = '-infinity'", "dead_through = '294276-12-31 23:59:59+00'",
        minted + "minted_at = 'infinity', expires_at = 'infinity'",
        minted + "minted_at = '-infinity', expires_at = '-infinity'",
        minted + "minted_at = now(), expires_at = 'infinity'", minted + "minted_at = 'infinity', expires_at = now()",
        minted + "key_id = 1, minted_at = now(), expires_at = NULL",
        minted + "minted_at = now(), expires_at = '-infinity'",
        minted + "minted_at = 'infinity', expires_at = 'infinity', purpose = 'password_changed'",
        minted + "minted_at = '-infinity', expires_at = '-infinity', purpose = 'password_changed'",
        minted + "minted_at = now(), expires_at = 'infinity', purpose = 'password_changed'",
        minted + "key_id = -1, minted_at = now(), expires_at = now() + interval '1 hour'",
        "claimed_by = -1, reason = 'x', last_reply = repeat('x', 1000000)",
    ])
    func `an absurd row is mailed with times that are none, and recorded, and so is the one behind it`(change: String)
        async throws
    {
        let claim = try await spoiled(by: change)
        let rows = try await claim.rows()
        #expect(try rows.map { try $0.get("state", as: String.self) } == ["sending", "sending"])
        #expect(try rows.allSatisfy { try $0.get("made_at", as: Int64.self) > 0 })
        #expect(try await claim.outbox("isfinite(minted_at)") == ["t"])
        #expect(try await claim.outbox("purpose <> 'reset_link' OR isfinite(expires_at)") == ["t"])
        // A link that lives: it ends later than those of the request that are dead.
        #expect(try await claim.outbox("coalesce(dead_through < expires_at, true)") == ["t"])
        #expect(try await claim.record("queued", unanswered: 1, delay: 1000) == 2)
        #expect(try await claim.outbox("isfinite(due_at)") == ["t"])
        #expect(try await claim.outbox("state IN ('queued', 'failed') AND attempts > -2147483648") == ["t"])
        #expect(try await claim.outbox("state", id: 2) == ["queued"])
    }

    @Test(arguments: [
        ("email = repeat('a', 10000000) || '@example.org'", "invalid_email"),
        ("email = repeat(' ', 10000000)", "invalid_email"), ("email = repeat('@', 1000000)", "invalid_email"),
        ("email = repeat('é.', 1000000)", "invalid_email"), ("email = ''", "invalid_email"),
        ("email = E'\\u202E{{x}}', account_id = '1', account_kind = 'user'", "invalid_email"),
        ("account_id = repeat('9', 100000), account_kind = 'user'", "unknown_email"),
        ("account_id = '', account_kind = 'user'", "unknown_email"), ("account_id = '1'", "unknown_email"),
        ("resolved_kind = 'nobody', account_id = '1'", "unknown_email"),
        ("minted_at = 'infinity', expires_at = '-infinity'", "account_changed"),
    ])
    func `an absurd row that is nobody's is settled, and the one behind it mailed`(change: String, reason: String)
        async throws
    {
        let claim = try await spoiled(by: change)
        let state = reason == "account_changed" ? "cancelled" : "rejected"
        #expect(try await claim() == [.init(1, state, reason), .init(2, "sending")])
    }

    @Test func `an account with absurd columns is no trouble either`() async throws {
        let claim = try await spoiled(by: "locale = NULL")
        try await claim.script("UPDATE directory.users SET full_name = repeat('x', 1000000), locale = '../../etc'")
        #expect(try await claim() == [.init(1, "sending"), .init(2, "sending")])
    }

    @Test func `a row that is due at the end of time is found by a claim that looks at everything`() async throws {
        var claim = try await spoiled(by: "due_at = 'infinity'")
        claim.since = "now() - interval '1 minute'"
        #expect(try await claim() == [.init(2, "sending")])
        claim.since = "NULL"
        #expect(try await claim() == [.init(1, "sending")])
        #expect(try await claim.outbox("isfinite(due_at)") == ["t"])
    }
}
