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

    /// The grants that the application's role needs, and no more (design: applications have INSERT on their own columns).
    @Test func `an application's role inserts its columns, wakes the daemon, reads, and can do nothing else`()
        async throws
    {
        let database = try TestDatabase.current
        let role = "app_\(database.name)"
        let connection = try await Connection.open(database.database)
        try await connection.executeScript(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            CREATE ROLE \(role);
            GRANT USAGE ON SCHEMA resetd TO \(role);
            GRANT SELECT ON resetd.outbox TO \(role);
            GRANT INSERT (email, account_kind, locale, client_address, requested_by) ON resetd.outbox TO \(role);
            SET ROLE \(role);
            """)
        let listener = try await Connection.open(database.database)
        var wakes = try await listener.notifications(on: ["resetd_outbox"]).makeAsyncIterator()
        try await connection.execute(
            """
            INSERT INTO resetd.outbox (email, account_kind, locale, client_address, requested_by)
            VALUES ('ann@example.org', 'user', 'en', '192.0.2.7', 'app')
            """)
        #expect(await wakes.next() == "resetd_outbox")
        #expect(try await connection.execute("SELECT state, reason FROM resetd.outbox").count == 1)
        for refused: Statement in [
            "UPDATE resetd.outbox SET state = 'cancelled'", "DELETE FROM resetd.outbox", "TRUNCATE resetd.outbox",
            "INSERT INTO resetd.outbox (email, account_id) VALUES ('ann@example.org', '1')",
            "INSERT INTO resetd.outbox (email, state) VALUES ('ann@example.org', 'sent')",
            "INSERT INTO resetd.outbox (email, purpose) VALUES ('ann@example.org', 'password_changed')",
            "INSERT INTO resetd.outbox (email, due_at) VALUES ('ann@example.org', now())",
            "SELECT * FROM resetd.account", "SELECT * FROM resetd.session", "SELECT * FROM resetd.audit",
            "SELECT * FROM directory.users", "SELECT resetd.set_password('user', '1', 'x')",
            "SELECT resetd.lock_account('user', '1')", "SELECT * FROM resetd.try_lock_accounts('{user}', '{1}')",
            "SELECT * FROM resetd.claim(1, 1, NULL, '1s', '1s', 1, '{1}', 'x', '1s', 1)",
            "SELECT nextval('resetd.session_number')", "SELECT resetd.purge_audit(1)",
            // Anybody may call it, with no more than their own rights.
            """
            SELECT resetd.record(1, '6h', 6, '{1}', '{0}', '{sent}', '{x}', '{0}', '{0}', '{x}', '{1}', '{0}')
            """,
        ] {
            let error = await #expect(throws: PostgresError.self, "\(refused.sql)") {
                try await connection.execute(refused)
            }
            #expect(error?.state == .insufficientPrivilege, "\(refused.sql)")
        }
        try await connection.executeScript("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)")
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
