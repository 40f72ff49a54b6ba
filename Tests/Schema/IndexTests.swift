import Postgres
import TestSupport
import Testing

/// Resolving costs the same with a hundred accounts and with a million: no statement reads a table from end to end.
@Suite(.database, .timeLimit(.minutes(10)))
struct IndexTests {
    private func crowded() async throws -> Claimer {
        var claim = try await Claimer.open()
        (claim.interval, claim.hourly) = ("60 seconds", 5)
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) SELECT n, 'user' || n || '@example.org' FROM generate_series(1, 20000) AS n;
            INSERT INTO directory.contacts (login_id, email) SELECT n, 'contact' || n || '@example.org' FROM generate_series(1, 20000) AS n;
            INSERT INTO resetd.outbox (email, account_id, resolved_kind, state, minted_at, expires_at)
            SELECT 'user' || n || '@example.org', n, 'user', 'sent', now() - interval '2 hours', now() - interval '1 hour'
              FROM generate_series(1, 20000) AS n;
            ANALYZE;
            """)
        return claim
    }

    /// Tables that were read from end to end in the open transaction, with how often.
    private func sequentialScans(_ connection: Connection) async throws -> [String] {
        try await connection.execute(
            """
            SELECT relname || ' ' || seq_scan AS scans FROM pg_stat_xact_user_tables
             WHERE seq_scan > 0 AND relname IN ('users', 'contacts', 'outbox') ORDER BY relname
            """
        ).map { try $0.get("scans") }
    }

    @Test func `the claim finds accounts, limits and its own rows by indexes`() async throws {
        let claim = try await crowded()
        // Eight times in one session, so that plans that are made for any parameters are seen too.
        for round in 0..<8 {
            try await claim.script("BEGIN")
            try await claim.script(
                """
                INSERT INTO resetd.outbox (email, account_kind)
                SELECT CASE WHEN n % 3 = 0 THEN 'contact' ELSE 'user' END || \(round) * 100 + n || '@example.org',
                       CASE WHEN n % 2 = 0 THEN NULL WHEN n % 3 = 0 THEN 'contact' ELSE 'user' END
                  FROM generate_series(1, 40) AS n;
                INSERT INTO resetd.outbox (email, account_kind, account_id)
                SELECT 'x@example.org', 'user', \(round) * 100 + n FROM generate_series(50, 60) AS n;
                """)
            let answers = try await claim()
            #expect(answers.count == 51)
            #expect(answers.allSatisfy { $0.state == "sending" })
            #expect(try await sequentialScans(claim.connection) == [])
            try await claim.script("COMMIT")
        }
    }

    @Test func `looking one account up through the view goes by indexes`() async throws {
        let claim = try await crowded()
        try await claim.script("BEGIN")
        for statement: Statement in [
            "SELECT FROM resetd.account WHERE email_key = resetd.email_key(\("USER77@example.org"))",
            "SELECT FROM resetd.account WHERE kind = 'user' AND account_id = \("77")",
            "SELECT FROM resetd.account WHERE kind = \("contact") AND account_id = \("77")",
        ] {
            #expect(try await claim.connection.execute(statement).count == 1)
            #expect(try await sequentialScans(claim.connection) == [])
        }
        // The measure itself: it does see a table that is read from end to end.
        try await claim.script("SELECT FROM directory.users WHERE full_name = 'x'")
        #expect(try await sequentialScans(claim.connection) == ["users 1"])
    }
}
