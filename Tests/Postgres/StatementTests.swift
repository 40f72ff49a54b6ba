import Postgres
import TestSupport
import Testing

@Suite struct StatementTests {
    @Test func `what is interpolated is bound in order, never spelled into the text`() {
        let statement: Statement = "SELECT \("a'b"), \(7), \(nil as String?) FROM \(["x", nil])"
        #expect(statement.sql == "SELECT $1, $2, $3 FROM $4")
        #expect(statement.parameters == ["a'b", "7", nil, "{\"x\",NULL}"])
    }

    @Test func `a statement in a statement keeps its parameters, numbered anew`() {
        let inner: Statement = "a = \(1) AND b = \(2)"
        let middle: Statement = "(\(inner) OR c = \(3))"
        let whole: Statement = "SELECT \(0) WHERE \(middle) AND \(inner) LIMIT \(9)"
        #expect(whole.sql == "SELECT $1 WHERE (a = $2 AND b = $3 OR c = $4) AND a = $5 AND b = $6 LIMIT $7")
        #expect(whole.parameters == ["0", "1", "2", "3", "1", "2", "9"])
    }

    @Test func `a statement without parameters is its text`() {
        let statement: Statement = "SELECT '$1', \("TRUE" as Statement)"
        #expect(statement.sql == "SELECT '$1', TRUE")
        #expect(statement.parameters.isEmpty)
    }

    @Test func `the order of evaluation of more than nine parameters is theirs`() {
        let parts = (1...12).map { number -> Statement in " \(number)" }
        let whole = parts.reduce("SELECT" as Statement) { "\($0)\($1)" }
        #expect(whole.sql == "SELECT" + (1...12).map { " $\($0)" }.joined())
        #expect(whole.parameters == (1...12).map { "\($0)" })
    }
}

@Suite(.database) struct PreparedStatementTests {
    /// How many statements the server has prepared for this connection.
    private func prepared(_ connection: Connection) async throws -> Int {
        try #require(
            try await connection.execute("SELECT count(*) AS count FROM pg_prepared_statements").first
        ).get("count")
    }

    @Test func `a statement that is said again is prepared, one that is said once is not`() async throws {
        let connection = try await Connection.open(TestDatabase.current.database)
        for number in 1...3 {
            let row = try #require(try await connection.execute("SELECT \(number)::int AS n").first)
            #expect(try row.get("n") == number)
            #expect(try await prepared(connection) == (number == 1 ? 0 : 1))
        }
        try await connection.execute("SELECT \("once")::text")
        #expect(try await prepared(connection) == 1)
    }

    @Test func `behind PgBouncer nothing is prepared`() async throws {
        let database = Database(url: try TestDatabase.current.database.url, isPooled: true)
        let connection = try await Connection.open(database)
        for number in 1...3 { try await connection.execute("SELECT \(number)::int") }
        #expect(try await prepared(connection) == 0)
    }

    @Test func `a statement whose columns a migration has changed makes place for a new connection`() async throws {
        let database = try TestDatabase.current
        let pool = database.superuserPool(capacity: 1)
        try await database.executeScript("CREATE VIEW thing AS SELECT 1 AS a")
        for _ in 1...3 { try await pool.execute("SELECT * FROM thing WHERE a = \(1)::int") }
        try await database.executeScript("DROP VIEW thing; CREATE VIEW thing AS SELECT 1 AS a, 2 AS b")
        await #expect(throws: PostgresError.self) { try await pool.execute("SELECT * FROM thing WHERE a = \(1)::int") }
        let row = try #require(try await pool.execute("SELECT * FROM thing WHERE a = \(1)::int").first)
        #expect(try row.get("b") == 2)
    }
}
