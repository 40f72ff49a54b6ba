import Postgres
import TestSupport
import Testing

/// A claim costs the same whatever was processed before it, also while somebody holds a snapshot that keeps every dead
/// entry of every index where it is. Counted in pages that are touched, which no busy machine makes more.
@Suite(.database, .timeLimit(.minutes(10)))
struct FlatCostTests {
    /// Pages that a statement touches, with all that the functions in it do.
    private func pages(_ statement: Statement, on connection: Connection) async throws -> Int {
        let plan = try await connection.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) \(statement)")
        for line in try plan.map({ try $0.get("QUERY PLAN", as: String.self) }) {
            // The first line about buffers is the whole statement's.
            guard line.contains("Buffers: shared") else { continue }
            return line.matches(of: /(?:hit|read)=(\d+)/).reduce(0) { $0 + (Int($1.1) ?? 0) }
        }
        return 0
    }

    private func claiming(_ claim: Claimer, since: Statement) -> Statement {
        """
        SELECT * FROM resetd.claim(\(claim.session)::bigint, 50, \(since), '30 seconds', '1 hour', 1, '{1}',
                                   'mail.example.org', '0 seconds', 1000, \(claim.after)::bigint)
        """
    }

    private func recording(_ claim: Claimer) async throws -> Statement {
        let row = try #require(
            try await claim.connection.execute(
                """
                SELECT array_agg(id)::text AS ids, array_agg(fence)::text AS fences FROM resetd.outbox
                 WHERE state = 'sending' AND claimed_by = \(claim.session)::bigint
                """
            ).first)
        let (ids, fences) = (try row.get("ids", as: String.self), try row.get("fences", as: String.self))
        return """
            SELECT resetd.record(\(claim.session)::bigint, '6 hours', 6, \(ids)::bigint[], \(fences)::int[],
                                 array_fill('sent'::text, '{50}'), array_fill(NULL::text, '{50}'),
                                 array_fill(0::bigint, '{50}'), array_fill(0, '{50}'),
                                 array_fill('250 Ok'::text, '{50}'), array_fill(1, '{50}'), array_fill(0, '{50}'))
            """
    }

    private func queue(_ claim: Claimer, _ numbers: ClosedRange<Int>) async throws {
        try await claim.connection.execute(
            """
            INSERT INTO resetd.outbox (email)
            SELECT n || '@example.org' FROM generate_series(\(numbers.lowerBound)::int, \(numbers.upperBound)::int) AS n
            """)
    }

    @Test func `a claim and its record touch no more pages after twenty thousand rows under an old snapshot`()
        async throws
    {
        var claim = try await Claimer.open()
        (claim.interval, claim.hourly) = ("0 seconds", 1000)
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email)
            SELECT n, n || '@example.org' FROM generate_series(1, 20000) AS n;
            ALTER TABLE resetd.outbox SET (autovacuum_enabled = false);
            """)
        // On a table that has hardly been used; the first time a session has its catalogs to read too.
        var fresh = (claim: 0, record: 0)
        for _ in 1...3 {
            try await queue(claim, 1...50)
            fresh.claim = try await pages(claiming(claim, since: "NULL"), on: claim.connection)
            fresh.record = try await pages(try await recording(claim), on: claim.connection)
        }
        #expect(fresh.claim > 50 && fresh.record > 50)

        let holder = try await Connection.open(TestDatabase.current.database)
        try await holder.executeScript("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM resetd.outbox")
        try await queue(claim, 1...20000)
        claim.limit = 2000
        while try await !claim.rows().isEmpty { try await claim.record("sent") }

        let clock = try await claim.connection.execute("SELECT clock_timestamp()::text AS moment")
        let moment: String = try #require(clock.first).get("moment")
        let since: Statement = "\(moment)::timestamptz"
        try await queue(claim, 101...150)
        let used = try await pages(claiming(claim, since: since), on: claim.connection)
        #expect(used < fresh.claim * 3 / 2, "\(used) pages; \(fresh.claim) on a fresh table")
        let recorded = try await pages(try await recording(claim), on: claim.connection)
        #expect(recorded < fresh.record * 3 / 2, "\(recorded) pages; \(fresh.record) on a fresh table")

        // A backlog of one moment, gone through by where the last claim ended.
        try await queue(claim, 1001...3000)
        var (start, most) = (since, 0)
        while true {
            most = max(most, try await pages(claiming(claim, since: start), on: claim.connection))
            let last = try await claim.connection.execute(
                """
                SELECT due_at::text AS due, id FROM resetd.outbox
                 WHERE state = 'sending' AND claimed_by = \(claim.session)::bigint ORDER BY due_at DESC, id DESC LIMIT 1
                """)
            guard let last = last.first else { break }
            (start, claim.after) = ("\(try last.get("due", as: String.self))::timestamptz", try last.get("id"))
            try await claim.record("sent")
        }
        #expect(most < fresh.claim * 3 / 2, "\(most) pages; \(fresh.claim) on a fresh table")

        // The measure itself: without a bound the claim walks past all that was.
        claim.after = nil
        try await queue(claim, 3001...3050)
        let unbounded = try await pages(claiming(claim, since: "NULL"), on: claim.connection)
        #expect(unbounded > 2 * fresh.claim, "\(unbounded) pages; \(fresh.claim) on a fresh table")
        try await holder.executeScript("COMMIT")
    }
}
