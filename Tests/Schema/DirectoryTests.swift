import Postgres
import TestSupport
import Testing

@Suite(.database)
struct DirectoryTests {
    private func revision(_ table: Statement, _ connection: Connection) async throws -> String {
        let row = try #require(
            try await connection.execute("SELECT revision::text AS revision FROM \(table) WHERE id = 1").first)
        return try row.get("revision")
    }

    private func arranged() async throws -> Connection {
        let connection = try await Connection.open(TestDatabase.current.database)
        try await connection.executeScript(
            """
            INSERT INTO directory.users (login_id, full_name, email) VALUES ('ann', 'Ann', 'ann@example.org');
            INSERT INTO directory.contacts (login_id, full_name, email) VALUES ('bob', 'Bob', 'bob@example.org');
            """)
        return connection
    }

    @Test func `a plain INSERT of login, name and email makes an account that can sign in`() async throws {
        let connection = try await arranged()
        let rows = try await connection.execute(
            """
            SELECT kind, account_id, login_id, full_name, email, email_key, recoverable, disabled, password_hash
              FROM resetd.account ORDER BY kind DESC
            """)
        #expect(
            rows.map(\.texts) == [
                ["user", "1", "ann", "Ann", "ann@example.org", "ann@example.org", "t", "f", nil],
                ["contact", "1", "bob", "Bob", "bob@example.org", "bob@example.org", "t", "f", nil],
            ])
        let user = try #require(
            try await connection.execute("SELECT access::text, password_change_required AS must FROM directory.users")
                .first)
        #expect(user.texts == ["{professional}", "f"])
        let contact = try #require(
            try await connection.execute(
                "SELECT portal_access, password_change_required AS must FROM directory.contacts"
            ).first)
        #expect(contact.texts == ["t", "f"])
    }

    @Test func `names, logins and addresses are taken as they come`() async throws {
        let connection = try await arranged()
        try await connection.execute(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES (\(""), \("<b>\r\n{{x}}"), \("no address\r\nat all"))"
        )
        try await connection.execute("INSERT INTO directory.users (login_id) VALUES ('without')")
        try await connection.execute("INSERT INTO directory.contacts (login_id, email) VALUES ('BOB', NULL)")
        try await connection.execute(
            """
            INSERT INTO directory.users (login_id, email)
            SELECT 'endless', string_agg(md5(n::text), '') || '@example.org' FROM generate_series(1, 1000) AS n
            """)
        let row = try #require(try await connection.execute("SELECT count(*) AS n FROM resetd.account").first)
        #expect(try row.get("n", as: Int.self) == 6)
    }

    @Test(arguments: [
        ("{professional,mobile}", true), ("{app}", true), ("{mobile,app}", true), ("{mobile}", false), ("{}", false),
    ])
    func `a user is recoverable with professional or app among the access`(access: String, isRecoverable: Bool)
        async throws
    {
        let connection = try await arranged()
        try await connection.execute("UPDATE directory.users SET access = \(access)::text[]")
        let row = try #require(
            try await connection.execute("SELECT recoverable FROM resetd.account WHERE kind = 'user'").first)
        #expect(try row.get("recoverable", as: Bool.self) == isRecoverable)
    }

    @Test func `another access is refused, and another login may not be taken twice`() async throws {
        let connection = try await arranged()
        for (statement, state): (Statement, String) in [
            ("UPDATE directory.users SET access = '{root}'", "23514"),
            ("INSERT INTO directory.users (login_id) VALUES ('ann')", "23505"),
            ("INSERT INTO directory.contacts (login_id) VALUES ('bob')", "23505"),
        ] {
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(statement) }
            #expect(error?.state == SQLState(rawValue: state))
        }
    }

    @Test(arguments: [
        ("directory.users", "login_id = 'x'"), ("directory.users", "email = 'x@example.org'"),
        ("directory.users", "email = 'Ann@example.org'"), ("directory.users", "email = NULL"),
        ("directory.users", "password_hash = 'x'"), ("directory.users", "disabled = true"),
        ("directory.users", "access = '{professional,app}'"), ("directory.users", "access = '{}'"),
        ("directory.contacts", "login_id = 'x'"), ("directory.contacts", "email = 'x@example.org'"),
        ("directory.contacts", "email = NULL"), ("directory.contacts", "password_hash = 'x'"),
        ("directory.contacts", "disabled = true"), ("directory.contacts", "portal_access = false"),
    ])
    func `a change of password, address, login or right ends links, also one there and back`(
        table: String, change: String
    ) async throws {
        let connection = try await arranged()
        let table = Statement(stringLiteral: table)
        let before = try await revision(table, connection)
        let columns = "login_id = login_id"
        try await connection.executeScript("CREATE TEMPORARY TABLE kept AS TABLE \(table.sql)")
        try await connection.executeScript("UPDATE \(table.sql) SET \(change)")
        let changed = try await revision(table, connection)
        #expect(changed != before)
        let column = change.prefix { $0 != " " }
        try await connection.executeScript(
            "UPDATE \(table.sql) AS t SET \(column) = k.\(column) FROM kept AS k WHERE k.id = t.id")
        let back = try await revision(table, connection)
        #expect(back != before && back != changed)
        try await connection.executeScript("UPDATE \(table.sql) SET \(columns)")
        #expect(try await revision(table, connection) == back)
    }

    @Test(arguments: [
        ("directory.users", "full_name = 'x'"), ("directory.users", "locale = 'de'"),
        ("directory.users", "pin_hash = 'x'"),
        ("directory.users", "global_administrator = true"), ("directory.users", "edit_home_screen = true"),
        ("directory.users", "password_change_required = true"), ("directory.users", "failed_attempts = 9"),
        ("directory.users", "locked_until = now()"), ("directory.users", "email = email, access = access"),
        ("directory.contacts", "full_name = 'x'"), ("directory.contacts", "locale = 'de'"),
        ("directory.contacts", "password_change_required = true"), ("directory.contacts", "failed_attempts = 9"),
        ("directory.contacts", "locked_until = now()"), ("directory.contacts", "portal_access = portal_access"),
    ])
    func `any other change leaves them`(table: String, change: String) async throws {
        let connection = try await arranged()
        let table = Statement(stringLiteral: table)
        let before = try await revision(table, connection)
        try await connection.executeScript("UPDATE \(table.sql) SET \(change)")
        #expect(try await revision(table, connection) == before)
    }

    @Test(arguments: ["directory.users", "directory.contacts"])
    func `an account made anew under the same number is another`(table: String) async throws {
        let connection = try await arranged()
        let before = try await revision(Statement(stringLiteral: table), connection)
        try await connection.executeScript(
            """
            CREATE TEMPORARY TABLE kept AS SELECT id, login_id, full_name, email FROM \(table);
            DELETE FROM \(table);
            INSERT INTO \(table) (id, login_id, full_name, email) SELECT * FROM kept;
            """)
        #expect(try await revision(Statement(stringLiteral: table), connection) != before)
    }
}
