import Postgres
import TestSupport
import Testing

/// What applications may do with the outbox, and what wakes the daemon.
@Suite(.database, .timeLimit(.minutes(10)))
struct OutboxTests {
    @Test func `inserting the address is enough`() async throws {
        let database = try TestDatabase.current
        try await database.execute("INSERT INTO resetd.outbox (email) VALUES (\("anything at all"))")
        let row = try #require(
            try await database.execute(
                """
                SELECT state, reason, purpose, attempts, fence, account_kind, due_at <= clock_timestamp() AS due,
                       requested_at = due_at AS at_once FROM resetd.outbox
                """
            ).first)
        #expect(row.texts == ["queued", nil, "reset_link", "0", "0", nil, "t", "t"])
    }

    @Test(arguments: [
        "INSERT INTO resetd.outbox (email, account_kind) VALUES ('a@example.org', 'admin')",
        "INSERT INTO resetd.outbox (email, state) VALUES ('a@example.org', 'delivered')",
    ])
    func `a word that is none is refused`(insert: String) async throws {
        let error = await #expect(throws: PostgresError.self) { try await TestDatabase.current.executeScript(insert) }
        #expect(error?.state == SQLState(rawValue: "23514"))
    }

    @Test func `inserting wakes who listens, once a statement, at the commit`() async throws {
        let listener = try await Connection.open(TestDatabase.current.database)
        var wakes = try await listener.notifications(on: ["resetd_outbox"]).makeAsyncIterator()
        try await TestDatabase.current.execute(
            "INSERT INTO resetd.outbox (email) SELECT n || '@example.org' FROM generate_series(1, 500) AS n")
        #expect(await wakes.next() == "resetd_outbox")
        let rows = try await TestDatabase.current.execute("SELECT FROM resetd.outbox")
        #expect(rows.count == 500)
    }

    @Test func `functions that run with the owner's rights search their own schemas and are nobody's to call`()
        async throws
    {
        let rows = try await TestDatabase.current.execute(
            """
            SELECT p.proname::text AS name,
                   coalesce(array_to_string(p.proconfig, ';'), '') AS settings,
                   has_function_privilege('public', p.oid, 'EXECUTE') AS open
              FROM pg_proc AS p
             WHERE p.pronamespace IN ('resetd'::regnamespace, 'directory'::regnamespace) AND p.prosecdef
            """)
        #expect(rows.count >= 4)
        for row in rows {
            // The claim has settings for its plans besides.
            let settings: String = try row.get("settings")
            #expect(settings.split(separator: ";").contains("search_path=pg_catalog, resetd, pg_temp"))
            #expect(try row.get("open", as: Bool.self) == false)
        }
    }
}
