import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct RowTests {
    @Test func `columns are read by name, in whatever order they came`() async throws {
        let rows = try await TestDatabase.current.execute(
            "SELECT n AS number, n % 2 = 0 AS \"is Even\", n / 2.0 AS half FROM generate_series(1, 3) AS n ORDER BY n")
        #expect(rows.first?.names == ["number", "is Even", "half"])
        #expect(try rows.map { try $0.get("number", as: Int64.self) } == [1, 2, 3])
        #expect(try rows.map { try $0.get("is Even", as: Bool.self) } == [false, true, false])
        #expect(try rows.map { try $0.get("half", as: Double.self) } == [0.5, 1, 1.5])
        #expect(rows.last?.texts == ["3", "f", "1.5000000000000000"])
    }

    @Test func `null, a missing column and another type are errors that name the column`() async throws {
        let row = try #require(
            try await TestDatabase.current.execute("SELECT NULL::int AS nothing, 'x'::text AS word, 70000 AS large")
                .first)
        #expect(try row.optional("nothing", as: Int.self) == nil)
        let readings: [(String, () throws -> Void)] = [
            ("nothing", { _ = try row.get("nothing", as: Int.self) }),
            ("absent", { _ = try row.get("absent", as: String.self) }),
            ("absent", { _ = try row.optional("absent", as: String.self) }),
            ("Word", { _ = try row.get("Word", as: String.self) }),
            ("word", { _ = try row.get("word", as: Int64.self) }),
            ("word", { _ = try row.get("word", as: Bool.self) }),
            ("word", { _ = try row.optional("word", as: Double.self) }),
            ("large", { _ = try row.get("large", as: UInt16.self) }),
        ]
        for (column, read) in readings {
            let error = #expect(throws: PostgresError.self) { try read() }
            #expect(error?.kind == .decoding)
            #expect(error?.message.contains(column) == true)
            #expect(error?.isRetryable == false)
        }
    }

    @Test func `no rows are no rows, and a command has none`() async throws {
        let database = try TestDatabase.current
        #expect(try await database.execute("SELECT 1 WHERE false").isEmpty)
        #expect(try await database.execute("CREATE TABLE t (v int)").isEmpty)
        #expect(try await database.execute("INSERT INTO t VALUES (1)").isEmpty)
        #expect(try await database.execute("INSERT INTO t VALUES (2) RETURNING v").count == 1)
        #expect(try await database.execute("").isEmpty)
    }
}
