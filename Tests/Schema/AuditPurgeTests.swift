import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(10)))
struct AuditPurgeTests {
    private func purge(_ days: Int?) async throws -> Int {
        try #require(
            try await TestDatabase.current.execute("SELECT resetd.purge_audit(\(days)::integer) AS count").first
        ).get("count")
    }

    private func arrange(old: Int, young: Int) async throws {
        try await TestDatabase.current.execute(
            """
            INSERT INTO resetd.audit (at, actor, action)
            SELECT now() - CASE WHEN n <= \(old)::int THEN interval '10 days' ELSE interval '2 days' END, 'x', 'y'
              FROM generate_series(1, \(old)::int + \(young)::int) AS n
            """)
    }

    @Test func `old entries of the audit go a thousand at a time, and young ones stay`() async throws {
        try await arrange(old: 2100, young: 30)
        #expect(try await purge(9) == 1000)
        #expect(try await purge(9) == 1000)
        #expect(try await purge(9) == 100)
        #expect(try await purge(9) == 0)
        let rows = try await TestDatabase.current.execute("SELECT FROM resetd.audit")
        #expect(rows.count == 30)
    }

    @Test func `no number of days takes an entry of today`() async throws {
        try await TestDatabase.current.execute("INSERT INTO resetd.audit (actor, action) VALUES ('x', 'y')")
        try await TestDatabase.current.execute(
            "INSERT INTO resetd.audit (at, actor, action) VALUES ('infinity', 'x', 'y')")
        for days in [nil, 0, -1, -2_000_000, 30] { #expect(try await purge(days) == 0) }
    }

    @Test func `the daemon's role, which may only add to the audit, purges it by the function`() async throws {
        try await arrange(old: 5, young: 1)
        let connection = try await Connection.open(TestDatabase.current.daemon)
        let count: Int? = try await connection.execute("SELECT resetd.purge_audit(9) AS count").first?.get("count")
        #expect(count == 5)
    }
}
