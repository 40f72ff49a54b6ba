import Postgres
import TestSupport
import Testing

@Suite(.database)
struct ConnectionTests {
    @Test(arguments: [
        "'; DROP TABLE resetd.outbox; -- \\ \" {} $1 é", "", " ", "NULL", "\\N", "\\x00", "$1", "%s", "a\r\nb\tc",
        "\u{1}\u{7F}",
        "{\"a\",b}", "𝕬 😀 \u{202E} e\u{301} \u{FEFF}", "\u{FFFF}\u{10FFFF}",
    ])
    func `a text comes back as it was bound, byte for byte`(text: String) async throws {
        let row = try #require(try await TestDatabase.current.execute("SELECT \(text)::text AS one").first)
        #expect(try Array(row.get("one", as: String.self).utf8) == Array(text.utf8))
    }

    @Test func `a text of megabytes comes back`() async throws {
        let text = String(repeating: "ä'\"\\", count: 500_000)
        let row = try #require(
            try await TestDatabase.current.execute("SELECT \(text)::text AS one, \([text])::text[] AS many").first)
        #expect(try row.get("one", as: String.self) == text)
    }

    @Test func `an array comes back element by element, whatever the elements hold`() async throws {
        let texts: [String?] = [
            "", " ", "NULL", "null", nil, "a,b", "{}", "{a}", "\"", "\\", "\\\"", "'", "a\nb\tc", "é", "e\u{301}", "😀",
            "\u{301}", "\u{FEFF}", "\u{1}", "\u{B}", "''; DROP TABLE x; --", nil,
        ]
        let rows = try await TestDatabase.current.execute(
            "SELECT t.text FROM unnest(\(texts)::text[]) WITH ORDINALITY AS t (text, place) ORDER BY t.place")
        let found = try rows.map { try $0.optional("text", as: String.self) }
        #expect(found.map { $0.map { Array($0.utf8) } } == texts.map { $0.map { Array($0.utf8) } })
    }

    @Test func `numbers, truth and nothing come back as they went`() async throws {
        let nothing: String? = nil
        let row = try #require(
            try await TestDatabase.current.execute(
                """
                SELECT \(Int64.min)::bigint AS low, \(Int64.max)::bigint AS high, \(-7)::integer AS small,
                       \(UInt16.max)::integer AS port, \(true)::boolean AS yes, \(false)::boolean AS no,
                       \(nothing)::text AS nothing, \([Int64.min, .max])::bigint[]::text AS many,
                       \([] as [String])::text[]::text AS none, \([1, nil] as [Int?])::int[]::text AS gap
                """
            ).first)
        #expect(try row.get("low", as: Int64.self) == .min)
        #expect(try row.get("high", as: Int64.self) == .max)
        #expect(try row.get("small", as: Int.self) == -7)
        #expect(try row.get("port", as: UInt16.self) == .max)
        #expect(try row.get("yes", as: Bool.self))
        #expect(try !row.get("no", as: Bool.self))
        #expect(try row.optional("nothing", as: String.self) == nil)
        #expect(try row.get("many", as: String.self) == "{-9223372036854775808,9223372036854775807}")
        #expect(try row.get("none", as: String.self) == "{}")
        #expect(try row.get("gap", as: String.self) == "{1,NULL}")
    }

    @Test func `a statement that the server does not answer is given up, and its connection with it`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        await #expect(throws: PostgresError.self) {
            try await connection.execute("SELECT pg_sleep(60)", patience: .milliseconds(50))
        }
        #expect(await !connection.isAlive)
    }

    @Test func `a commit that fails after its statement was answered is an error`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        try await connection.executeScript("CREATE TABLE pair (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        for _ in 1...2 {
            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute("INSERT INTO pair VALUES (\(1)::int), (\(1)::int)")
            }
            #expect(error?.state == .uniqueViolation)
        }
        #expect(try await connection.execute("SELECT FROM pair").isEmpty)
    }

    @Test func `a server that is read-only says that it is not the primary, and its connection is not used again`()
        async throws
    {
        let connection = try await Connection.open(TestDatabase.current.database)
        try await connection.execute("SET default_transaction_read_only = on")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("INSERT INTO resetd.outbox (email) VALUES ('p@example.org')")
        }
        #expect(error?.isOutage == true)
        #expect(error?.description == "the database is not the primary")
        #expect(await !connection.isAlive)
    }

    @Test(arguments: ["\u{0}", "a\u{0}", "a\u{0}'; DROP TABLE resetd.outbox"])
    func `a text with NUL is refused, not cut`(text: String) async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        for statement: Statement in ["SELECT \(text)::text", "SELECT \(["b", text])::text[]"] {
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(statement) }
            #expect(error?.state == SQLState(rawValue: "22021"))
        }
        #expect(await connection.isAlive)
        #expect(try await connection.execute("SELECT 1 AS one").count == 1)
    }

    @Test func `the server's refusal comes with its state, and the connection goes on`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        try await connection.executeScript("CREATE TEMPORARY TABLE t (v text UNIQUE NOT NULL, CHECK (v <> 'no'))")
        try await connection.execute("INSERT INTO t VALUES (\("taken"))")
        let refusals: [(Statement, SQLState)] = [
            ("INSERT INTO t VALUES (\("taken"))", .uniqueViolation),
            ("INSERT INTO t VALUES (NULL)", SQLState(rawValue: "23502")),
            ("INSERT INTO t VALUES (\("no"))", SQLState(rawValue: "23514")),
            ("SELECT * FROM absent", .undefinedTable), ("SELECT * FROM absent.t", .undefinedTable),
            ("CREATE TABLE absent.t ()", .invalidSchema), ("SELEKT", SQLState(rawValue: "42601")),
            ("SELECT \("x")::int", SQLState(rawValue: "22P02")), ("SELECT 1; SELECT 2", SQLState(rawValue: "42601")),
        ]
        for (statement, state) in refusals {
            let error = await #expect(throws: PostgresError.self) { try await connection.execute(statement) }
            #expect(error?.kind == .server(state))
            #expect(error?.isOutage == false)
        }
        #expect(try await connection.execute("SELECT v FROM t").count == 1)
    }

    @Test func `what strangers may read of an error says nothing of the inside`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        try await connection.executeScript(
            "CREATE TEMPORARY TABLE secretive (v text UNIQUE); INSERT INTO secretive VALUES ('hush')")
        let error = await #expect(throws: PostgresError.self) {
            try await connection.execute("INSERT INTO secretive VALUES (\("hush"))")
        }
        let told = try #require(error)
        #expect(!told.description.contains("secretive") && !"\(told)".contains("secretive"))
        #expect(told.description.contains("23505"))
        // The operator's form has the server's words; the DETAIL, which quotes the value, is in neither.
        #expect(told.debugDescription.contains("secretive_v_key"))
        #expect(!told.debugDescription.contains("hush"))
    }

    @Test func `connections call themselves resetd, speak UTF8 and have time limits`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        let settings = ["application_name", "client_encoding", "statement_timeout", "lock_timeout"]
        let rows = try await connection.execute(
            "SELECT current_setting(s) AS value FROM unnest(\(settings)::text[]) AS s")
        #expect(try rows.map { try $0.get("value", as: String.self) } == ["resetd", "UTF8", "30s", "10s"])
    }

    @Test func `through a pooler there are no startup options`() async throws {
        let database = try Database(url: TestDatabase.current.database.url, isPooled: true)
        let connection = try await Connection.open(database)
        let row = try await connection.execute("SELECT current_setting('statement_timeout') AS value").first
        #expect(try row?.get("value", as: String.self) == "0")
    }

    @Test func `a database that is not there is unreachable, which is an outage`() async throws {
        let current = try TestDatabase.current
        for url in [
            current.database.url.replacing(current.name, with: "absent"),
            "postgresql:///postgres?host=/nonexistent", "postgresql://127.0.0.1:1/postgres", "not a url",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await Connection.open(Database(url: url)) }
            #expect(error?.kind == .unreachable)
            #expect(error?.isOutage == true)
        }
    }

    @Test func `a connection that the server ended says so, then and afterwards`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        let row = try #require(try await connection.execute("SELECT pg_backend_pid() AS pid").first)
        try await TestDatabase.current.execute(
            "SELECT pg_terminate_backend(\(try row.get("pid", as: Int.self))::int, 5000)")
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
            #expect(error?.kind == .connectionLost)
            #expect(error?.isOutage == true)
        }
        #expect(await !connection.isAlive)
    }
}
