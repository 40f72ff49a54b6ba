import Postgres
import TestSupport
import Testing

@testable import Schema

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct MigratorTests {
    private let migrator = Migrator()

    private func connection() async throws -> Connection {
        try await Connection.open(TestDatabase.current.database)
    }

    private func refusal(_ connection: Connection) async -> SchemaError? {
        await #expect(throws: SchemaError.self) { try await migrator.requireCurrent(connection) }
    }

    @Test func `an empty database takes every step, in order, and a second run writes nothing`() async throws {
        let connection = try await connection()
        #expect(try await migrator.migrate(connection) == Migration.all)
        try await connection.execute("SET default_transaction_read_only = on")
        #expect(try await migrator.migrate(connection) == [])
        let standing = try await migrator.standing(connection)
        #expect(standing.applied == Migration.all.map(\.version))
        #expect(standing.pending.isEmpty && standing.altered.isEmpty && standing.unknown.isEmpty)
        try await migrator.requireCurrent(connection)
    }

    @Test func `steps are numbered from 1 without a gap`() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
        #expect(Migration.all.allSatisfy { $0.checksum.count == 64 && !$0.sql.isEmpty })
    }

    @Test func `two hosts that migrate at once take turns, and each step is taken once`() async throws {
        let connections = [try await connection(), try await connection(), try await connection()]
        let steps = try await withThrowingTaskGroup(of: [Migration].self) { group in
            for connection in connections { group.addTask { try await migrator.migrate(connection) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(steps == Migration.all)
        try await migrator.requireCurrent(connections[0])
    }

    @Test func `an empty database stands at nothing, and asking leaves it so`() async throws {
        let connection = try await connection()
        let standing = try await migrator.standing(connection)
        #expect(standing.applied.isEmpty)
        #expect(standing.pending == Migration.all)
        #expect(await refusal(connection) == .absent)
        #expect(try await connection.execute("SELECT FROM pg_namespace WHERE nspname = 'resetd'").isEmpty)
    }

    @Test func `an older schema is refused by the daemon and lacks the last steps`() async throws {
        let connection = try await connection()
        _ = try await migrator.migrate(connection)
        let last = try #require(Migration.all.last { !$0.isTidying })
        try await connection.execute("DELETE FROM resetd.migration WHERE version >= \(last.version)::int")
        let before = try #require(Migration.all.last { $0.version < last.version })
        #expect(await refusal(connection) == .tooOld(at: before.version, wanted: last.version))
        #expect(try await migrator.standing(connection).pending.first == last)
    }

    @Test func `the daemon does without a step that only tidies up`() async throws {
        let connection = try await connection()
        _ = try await migrator.migrate(connection)
        let tidying = try #require(Migration.all.last { $0.isTidying })
        try await connection.execute("DELETE FROM resetd.migration WHERE version = \(tidying.version)::int")
        try await migrator.requireCurrent(connection)
        #expect(try await migrator.standing(connection).pending == [tidying])
    }

    @Test func `a schema of a newer resetd is refused by both`() async throws {
        let connection = try await connection()
        _ = try await migrator.migrate(connection)
        try await connection.execute(
            "INSERT INTO resetd.migration (version, name, checksum) VALUES (900, 'later', 'x')")
        let known = try #require(Migration.all.last).version
        #expect(await refusal(connection) == .tooNew(at: 900, known: known))
        let error = await #expect(throws: SchemaError.self) { try await migrator.migrate(connection) }
        #expect(error == .tooNew(at: 900, known: known))
        #expect(try await migrator.standing(connection).unknown == [900])
    }

    @Test func `a step that was applied from another text is refused by both`() async throws {
        let connection = try await connection()
        _ = try await migrator.migrate(connection)
        try await connection.execute("UPDATE resetd.migration SET checksum = repeat('0', 64) WHERE version = 2")
        #expect(await refusal(connection) == .altered(2))
        let error = await #expect(throws: SchemaError.self) { try await migrator.migrate(connection) }
        #expect(error == .altered(2))
    }

    @Test func `a step that fails leaves the schema at the last whole one, and the next run goes on`() async throws {
        let connection = try await connection()
        // A table of that name stands in the way of a later step.
        try await connection.executeScript("CREATE SCHEMA resetd; CREATE TABLE resetd.outbox ()")
        await #expect(throws: PostgresError.self) { try await migrator.migrate(connection) }
        let applied = try await migrator.standing(connection).applied
        #expect(applied == Array(1..<3))
        try await connection.execute("DROP TABLE resetd.outbox")
        #expect(
            try await migrator.migrate(connection).map(\.version) == Migration.all.map(\.version).filter { $0 >= 3 })
    }

    @Test func `a database in another encoding is refused untouched`() async throws {
        let current = try TestDatabase.current
        let name = current.name + "_ascii"
        try await current.execute(
            Statement(
                stringLiteral:
                    "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"))
        do {
            let url = current.database.url.replacing(current.name, with: name)
            let connection = try await Connection.open(Database(url: url))
            let error = await #expect(throws: SchemaError.self) { try await migrator.migrate(connection) }
            #expect(error == .encoding("SQL_ASCII"))
            #expect(try await migrator.standing(connection).applied.isEmpty)
        }
        try await current.execute(Statement(stringLiteral: "DROP DATABASE \(name) WITH (FORCE)"))
    }
}
