import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct PoolTests {
    private static func backend(_ connection: Connection) async throws -> Int {
        let row = try #require(try await connection.execute("SELECT pg_backend_pid() AS pid").first)
        return try row.get("pid")
    }

    @Test func `as many are in use at once as the capacity says, and no more`() async throws {
        let pool = try TestDatabase.current.superuserPool(capacity: 3)
        let inUse = Counter()
        // The first three wait for one another, so that three are in use at once; the others wait for them.
        let together = Meeting(of: 3)
        let backends = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    try await pool.withConnection { connection in
                        await inUse.add()
                        await together.arrive()
                        let backend = try await Self.backend(connection)
                        await inUse.add(-1)
                        return backend
                    }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(await inUse.highest == 3)
        #expect(backends.count == 3)
    }

    @Test func `a connection is used again`() async throws {
        let pool = try TestDatabase.current.superuserPool()
        let first = try await pool.withConnection(Self.backend)
        #expect(try await pool.withConnection(Self.backend) == first)
    }

    @Test func `a connection that was lost while idle is replaced before anybody notices`() async throws {
        let pool = try TestDatabase.current.superuserPool(capacity: 1)
        let first = try await pool.withConnection(Self.backend)
        try await TestDatabase.current.execute("SELECT pg_terminate_backend(\(first)::int, 5000)")
        #expect(try await pool.withConnection(Self.backend) != first)
    }

    @Test func `a connection that is lost in use is reported, and replaced`() async throws {
        let pool = try TestDatabase.current.superuserPool(capacity: 1)
        let first = try await pool.withConnection(Self.backend)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection { connection in
                try await TestDatabase.current.execute("SELECT pg_terminate_backend(\(first)::int, 5000)")
                try await connection.execute("SELECT 1")
            }
        }
        #expect(error?.kind == .connectionLost)
        #expect(try await pool.withConnection(Self.backend) != first)
    }

    @Test func `a connection left in a transaction is not handed out again`() async throws {
        let pool = try TestDatabase.current.superuserPool(capacity: 1)
        let first = try await pool.withConnection { connection in
            try await connection.execute("BEGIN")
            return try await Self.backend(connection)
        }
        #expect(try await pool.withConnection(Self.backend) != first)
    }

    @Test func `who throws gives the connection back`() async throws {
        struct Change: Error {}
        let pool = try TestDatabase.current.superuserPool(capacity: 1)
        for _ in 0..<3 {
            await #expect(throws: Change.self) { try await pool.withConnection { _ in throw Change() } }
        }
        #expect(try await pool.execute("SELECT 1").count == 1)
    }

    @Test func `a database that is away keeps nobody waiting, and is asked anew each time`() async throws {
        let current = try TestDatabase.current
        let absent = current.name + "_later"
        let pool = Pool(Database(url: current.database.url.replacing(current.name, with: absent)), capacity: 1)
        for _ in 0..<3 {
            let error = await #expect(throws: PostgresError.self) { try await pool.execute("SELECT 1") }
            #expect(error?.kind == .unreachable)
        }
        try await current.execute(Statement(stringLiteral: "CREATE DATABASE \(absent)"))
        #expect(try await pool.execute("SELECT 1").count == 1)
        try await current.execute(Statement(stringLiteral: "DROP DATABASE \(absent) WITH (FORCE)"))
    }

    @Test func `a pool has at least one connection`() async throws {
        #expect(try await TestDatabase.current.superuserPool(capacity: 0).execute("SELECT 1").count == 1)
    }
}
