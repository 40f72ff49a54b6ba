import Postgres
import Schema
import TestSupport
import Testing

/// What `resetd grants` gives, and what it does not.
@Suite(.database, .timeLimit(.minutes(5)))
struct GrantsTests {
    /// Refused for want of a privilege, and for nothing else.
    private func expectRefusals(_ statements: [Statement], _ connection: Connection) async throws {
        for statement in statements {
            let error = await #expect(throws: PostgresError.self, "\(statement.sql)") {
                try await connection.execute(statement)
            }
            #expect(error?.state == .insufficientPrivilege, "\(statement.sql)")
        }
    }

    private func arrange() async throws {
        try await TestDatabase.current.executeScript(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.audit (actor, action) VALUES ('owner', 'locked');
            """)
    }

    @Test func `the daemon's role reads accounts and adds to the audit, and does neither table anything else`()
        async throws
    {
        try await arrange()
        let connection = try await Connection.open(TestDatabase.current.daemon)
        #expect(try await connection.execute("SELECT FROM resetd.account").count == 1)
        #expect(try await connection.execute("SELECT resetd.lock_account('user', '1')").count == 1)
        try await expectRefusals(
            [
                "DELETE FROM resetd.audit", "UPDATE resetd.audit SET actor = 'nobody'", "TRUNCATE resetd.audit",
                "SELECT FROM directory.users", "DELETE FROM directory.users",
                "INSERT INTO directory.users (login_id) VALUES ('eve')",
                "UPDATE directory.users SET password_hash = 'x'", "DELETE FROM directory.contacts",
                "SELECT FROM directory.clients",
                "INSERT INTO resetd.migration (version, name, checksum) VALUES (99, 'x', 'x')",
                "DELETE FROM resetd.migration", "SELECT setval('resetd.session_number', 1)",
                "SELECT resetd.try_lock_accounts('{user}', '{1}')",
            ], connection)
    }

    @Test func `the daemon's role makes, alters and drops nothing, and gives nothing on`() async throws {
        let connection = try await Connection.open(TestDatabase.current.daemon)
        try await expectRefusals(
            [
                "CREATE TABLE resetd.mine ()", "CREATE TABLE directory.mine ()", "CREATE TABLE public.mine ()",
                "CREATE SCHEMA mine", "CREATE ROLE mine", "ALTER TABLE resetd.outbox ADD COLUMN mine text",
                "ALTER TABLE resetd.outbox DISABLE TRIGGER ALL", "DROP TABLE resetd.outbox",
                "DROP SCHEMA resetd CASCADE",
                "CREATE INDEX ON resetd.outbox (email)", "DROP FUNCTION resetd.purge_audit",
                "CREATE OR REPLACE FUNCTION resetd.wake() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
                "CREATE TRIGGER mine AFTER INSERT ON resetd.outbox EXECUTE FUNCTION resetd.wake()",
                "TRUNCATE resetd.outbox", "SET ROLE resetd_owner", "SET SESSION AUTHORIZATION postgres",
                "COPY resetd.outbox TO PROGRAM 'cat'", "CREATE EXTENSION pg_stat_statements",
            ], connection)
        // Without a grant option a GRANT grants nothing, and says so in a warning.
        try await connection.execute("GRANT SELECT ON resetd.outbox TO PUBLIC")
        let rows = try await TestDatabase.current.execute(
            "SELECT FROM pg_class AS c, aclexplode(c.relacl) AS g WHERE c.oid = 'resetd.outbox'::regclass AND g.grantee = 0"
        )
        #expect(rows.isEmpty)
    }

    @Test func `an application's role inserts its columns, wakes the daemon, reads, and can do nothing else`()
        async throws
    {
        try await arrange()
        let connection = try await Connection.open(TestDatabase.current.application)
        let listener = try await Connection.open(TestDatabase.current.daemon)
        var wakes = try await listener.notifications(on: ["resetd_outbox"]).makeAsyncIterator()
        try await connection.execute(
            """
            INSERT INTO resetd.outbox (email, account_kind, locale, client_address, requested_by)
            VALUES ('ann@example.org', 'user', 'en', '192.0.2.7', 'app')
            """)
        #expect(await wakes.next() == "resetd_outbox")
        #expect(try await connection.execute("SELECT state, reason FROM resetd.outbox").count == 1)
        try await expectRefusals(
            [
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
                "SELECT resetd.record(1, '6h', 6, '{1}', '{0}', '{sent}', '{x}', '{0}', '{0}', '{x}', '{1}', '{0}')",
            ], connection)
    }

    /// By the catalog, so that a table or function of tomorrow cannot be forgotten here.
    @Test func `no privilege of the daemon's role is left out of the list, and none goes beyond it`() async throws {
        let held = try await TestDatabase.current.execute(
            """
            SELECT c.oid::regclass::text || ' ' || p.privilege AS what
              FROM pg_class AS c
             CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
                     AS p (privilege)
             WHERE c.relnamespace::regnamespace::text IN ('resetd', 'directory', 'public')
               AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
               AND (has_table_privilege('resetd', c.oid, p.privilege)
                    OR p.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                       AND has_any_column_privilege('resetd', c.oid, p.privilege))
            """)
        let granted = Grants.onTables.flatMap { privileges, tables in
            tables.flatMap { table in privileges.split(separator: ", ").map { "\(table) \($0)" } }
        }
        #expect(Set(try held.map { try $0.get("what", as: String.self) }) == Set(granted))

        // What PUBLIC may call has its caller's rights alone.
        let callable = try await TestDatabase.current.execute(
            """
            SELECT p.proname::text AS name
              FROM pg_proc AS p
             WHERE p.pronamespace IN ('resetd'::regnamespace, 'directory'::regnamespace)
               AND has_function_privilege('resetd', p.oid, 'EXECUTE')
               AND (p.prosecdef OR NOT has_function_privilege('public', p.oid, 'EXECUTE'))
            """)
        let names = Set(try callable.map { try $0.get("name", as: String.self) })
        #expect(names == Set(Grants.functions))
    }

    @Test(arguments: ["role; DROP TABLE x", "Ünï\u{301}", "a\"\u{301}b", "\"; SELECT 1 --", "public"])
    func `a role's name is quoted, whatever is in it`(name: String) async throws {
        let role = try #require(RoleName("\(name) \(TestDatabase.current.name.prefix(9))"))
        let connection = try await Connection.open(TestDatabase.current.database)
        try await connection.executeScript("CREATE ROLE \(role)")
        try await connection.executeScript((Grants.daemon(role) + Grants.application(role)).joined(separator: "\n"))
        try await connection.executeScript("DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    @Test(arguments: ["", String(repeating: "x", count: 64), "a\0b"])
    func `what can be no role is none`(name: String) {
        #expect(RoleName(name) == nil)
    }
}
