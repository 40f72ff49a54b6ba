import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// What roles may do in the database, and what text from outside can do there.
@Suite(.database, .timeLimit(.minutes(5)))
struct DatabaseTests {
    @Test func `R26: what anybody types is data, wherever it goes`() async throws {
        try await Site.run { (site) async throws in
            let console = try await site.console()
            let people = try await site.value("SELECT count(*) FROM directory.users")
            let texts = [
                "' OR '1'='1", "'; DROP TABLE directory.users; --", "\\'; SELECT pg_sleep(10); --", "$1", "$$", "%s",
                "{\"a\",NULL}",
                "mary'||'", "\"", "E'\\x00'", "1; COPY directory.users TO PROGRAM 'id'", "*:*", "!|&<->()", "\u{202E}",
                "😀'", ",",
            ]
            for text in texts {
                #expect([200, 422].contains(try await site.ask("\(text)@example.org").status))
                #expect(
                    [202, 422].contains(
                        try await site.json("/api/v1/reset-requests", ["email": "\(text)@example.org", "locale": "en"])
                            .status))
                #expect(try await site.changePassword(text, from: text, to: text).status == 401)
                #expect(
                    try await site.json("/api/v1/pin", ["login": text, "current": text, "pin": text]).status == 401)
                let form = [("login", text), ("password", text)]
                #expect(try await site.web.post("/admin/sign-in", form: form).status == 401)
                let query = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                for path in [
                    "users?q=", "contacts?after=", "clients?q=", "clients/", "users/", "duplicates?after=",
                    "audit?kind=user&account=",
                ] {
                    let answer = try await site.web.send(
                        "GET", "/admin/\(path)\(query)", headers: [("Cookie", console.cookie)])
                    #expect([200, 404, 422].contains(answer.status), "\(path) \(text) \(answer.status)")
                }
            }
            try await site.settle()
            #expect(try await site.value("SELECT count(*) FROM directory.users") == people)
            #expect(site.relay.mails.isEmpty)
            #expect(try !site.daemon.lines.contains("level=error"))
        }
    }

    @Test func `R26: functions with their owner's rights choose their own path, and nobody else may call them`()
        async throws
    {
        let rows = try await TestDatabase.current.execute(
            """
            SELECT p.proname, p.proconfig::text AS settings, has_function_privilege('public', p.oid, 'EXECUTE') AS public
              FROM pg_proc AS p
             WHERE p.prosecdef AND p.pronamespace IN ('resetd'::regnamespace, 'directory'::regnamespace)
            """)
        #expect(rows.count >= 10)
        for row in rows {
            let name = try row.get("proname", as: String.self)
            let settings = try row.optional("settings", as: String.self) ?? ""
            #expect(settings.contains("search_path=pg_catalog, resetd, pg_temp"), "\(name)")
            #expect(try row.get("public", as: Bool.self) == false, "\(name)")
        }
        // Those that run with their caller's rights, but inside of the above, name their schemas or take that path.
        let schemas = try await TestDatabase.current.execute(
            "SELECT FROM pg_namespace WHERE nspname IN ('resetd', 'directory') AND has_schema_privilege('public', oid, 'CREATE')"
        )
        #expect(schemas.isEmpty)
    }

    @Test func `R26: objects of the caller's own, in the way of ours, are not taken for ours`() async throws {
        let database = try TestDatabase.current
        let role = "daemon_\(database.name)"
        try await database.executeScript(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('mary', 'mary@example.org');
            CREATE ROLE \(role); \(try await Site.grants(to: role)) CREATE SCHEMA trap AUTHORIZATION \(role);
            """)
        let connection = try await Connection.open(database.database)
        try await connection.executeScript(
            """
            SET ROLE \(role);
            CREATE TABLE trap.sprung (by text);
            CREATE FUNCTION trap.spring(text) RETURNS text LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_user = '\(role)' THEN RETURN $1; END IF;
                    INSERT INTO trap.sprung VALUES (current_user); RETURN $1;
                END $$;
            CREATE FUNCTION trap.lower(text) RETURNS text LANGUAGE sql AS 'SELECT trap.spring($1)';
            CREATE FUNCTION trap.btrim(text, text) RETURNS text LANGUAGE sql AS 'SELECT trap.spring($1)';
            CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT trap.spring('infinity')::timestamptz $$;
            CREATE FUNCTION trap.equal(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT trap.spring('x') IS NOT NULL $$;
            CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.equal);
            CREATE TEMP TABLE users (id bigint, login_id text, email text, password_hash text);
            CREATE TEMP TABLE outbox (LIKE resetd.outbox);
            SET search_path = trap, pg_temp, resetd, directory, pg_catalog;
            INSERT INTO resetd.session (id) VALUES (nextval('resetd.session_number'));
            INSERT INTO resetd.outbox (email) VALUES ('mary@example.org');
            SELECT resetd.claim(s.id, 10, NULL, '1 hour', '1 hour', 7, '{7}', 'x.test', '60s', 5) FROM resetd.session AS s;
            SELECT resetd.lock_account('user', '1'), resetd.set_password('user', '1', 'x', true), resetd.set_locked('user', '1', true),
                   resetd.set_login('user', '1', 'maria'), resetd.settle_attempt('user', '1', false, 3, '1s'), resetd.purge_audit(30);
            """)
        try await connection.executeScript("RESET ROLE; RESET search_path")
        let sprung = try await connection.execute("SELECT by FROM trap.sprung")
        #expect(sprung.isEmpty)
        #expect(try await database.execute("SELECT FROM directory.users WHERE login_id = 'maria'").count == 1)
        try await connection.executeScript("DISCARD TEMP; DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    /// Runs statements as a role with these grants, each of which must be refused for want of a right.
    private func refused(_ kind: String, _ statements: [String], allowed: [String]) async throws {
        let database = try TestDatabase.current
        let role = "caller_\(database.name)"
        try await database.executeScript(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('mary', 'mary@example.org');
            INSERT INTO resetd.audit (actor, action) VALUES ('x', 'y');
            CREATE ROLE \(role) LOGIN; \(try await Site.grants(kind, to: role))
            """)
        let connection = try await Connection.open(
            Database(url: database.database.url.replacing("user=postgres", with: "user=\(role)")))
        for statement in allowed { try await connection.execute(Statement(stringLiteral: statement)) }
        for statement in statements {
            let error = await #expect(throws: PostgresError.self, "\(statement)") {
                try await connection.execute(Statement(stringLiteral: statement))
            }
            #expect(error?.state == .insufficientPrivilege, "\(statement) \(error?.message ?? "")")
        }
        try await database.executeScript("DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    @Test func `R27: the daemon's role has no right but those that it needs`() async throws {
        // Every other test of this suite runs the daemon with them, so they are enough.
        try await refused(
            "--daemon",
            [
                "SELECT FROM directory.users", "UPDATE directory.users SET password_hash = 'x'",
                "DELETE FROM directory.users",
                "INSERT INTO directory.users (login_id) VALUES ('eve')", "DELETE FROM directory.contacts",
                "SELECT FROM directory.clients",

                "UPDATE resetd.audit SET actor = 'z'",
                "DELETE FROM resetd.audit", "TRUNCATE resetd.audit", "TRUNCATE resetd.outbox",
                "DROP TABLE resetd.outbox",
                "ALTER TABLE resetd.outbox ADD COLUMN x int", "CREATE TABLE resetd.x ()", "CREATE TABLE directory.x ()",
                "CREATE TABLE public.x ()",
                "CREATE SCHEMA x", "CREATE FUNCTION resetd.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE EXTENSION pgcrypto",
                "UPDATE resetd.migration SET checksum = 'x'",
                "ALTER FUNCTION resetd.set_password OWNER TO CURRENT_USER",
                "CREATE TRIGGER x AFTER INSERT ON resetd.outbox EXECUTE FUNCTION resetd.wake()",
                "SELECT pg_read_file('/etc/passwd')",
                "COPY resetd.outbox TO PROGRAM 'id'", "ALTER ROLE CURRENT_USER SUPERUSER", "SET ROLE postgres",
                "SET session_replication_role = replica", "SELECT setval('resetd.session_number', 1)",
            ], allowed: ["SELECT FROM resetd.account", "INSERT INTO resetd.audit (actor, action) VALUES ('a', 'b')"])
    }

    @Test func `R27: an application's role asks and reads, and can forge no link, account or outcome`() async throws {
        let columns = [
            "state", "account_id", "purpose", "id", "expires_at", "redeemed_at", "minted_at", "key_id", "sent_to",
            "account_revision", "requested_at", "due_at", "claimed_by", "fence", "dead_through", "reported_at",
        ]
        try await refused(
            "--application",
            columns.map { "INSERT INTO resetd.outbox (email, \($0)) VALUES ('mary@example.org', DEFAULT)" } + [
                "UPDATE resetd.outbox SET state = 'sent'", "DELETE FROM resetd.outbox", "SELECT FROM resetd.account",
                "SELECT FROM resetd.audit",
                "SELECT FROM resetd.console_session", "SELECT resetd.set_password('user', '1', 'x', true)",
                "SELECT resetd.lock_account('user', '1')",
                "SELECT resetd.purge_audit(8)", "SELECT FROM directory.users",
                "INSERT INTO resetd.audit (actor, action) VALUES ('a', 'b')",
                "SELECT resetd.claim(1, 10, NULL, '1 hour', '1 hour', 7, '{7}', 'x.test', '60s', 5)",
            ],
            allowed: [
                "INSERT INTO resetd.outbox (email, account_kind, client_address, requested_by) VALUES ('mary@example.org', 'user', '192.0.2.1', 'x')",
                "SELECT * FROM resetd.outbox",
            ])
    }
}
