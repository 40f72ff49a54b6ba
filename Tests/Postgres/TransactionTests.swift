import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct TransactionTests {
    private struct Change: Error {}

    private func prepared() async throws -> Pool {
        try await TestDatabase.current.executeScript(
            "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 0), (2, 0)")
        return try TestDatabase.current.superuserPool()
    }

    private func values(_ pool: Pool) async throws -> [Int] {
        try await pool.execute("SELECT v FROM t ORDER BY id").map { try $0.get("v") }
    }

    @Test func `what a transaction did is there when it returns`() async throws {
        let pool = try await prepared()
        let answer = try await pool.transaction { connection in
            try await connection.execute("UPDATE t SET v = 5")
            return 42
        }
        #expect(answer == 42)
        #expect(try await values(pool) == [5, 5])
    }

    @Test func `nothing of a transaction that throws is left, and its connection is fit for the next`() async throws {
        let pool = try TestDatabase.current.superuserPool(capacity: 1)
        _ = try await prepared()
        await #expect(throws: Change.self) {
            try await pool.transaction { connection in
                try await connection.execute("UPDATE t SET v = 5")
                throw Change()
            }
        }
        await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                try await connection.execute("UPDATE t SET v = 6")
                try await connection.execute("SELECT 1 / 0")
            }
        }
        #expect(try await values(pool) == [0, 0])
        #expect(try await pool.execute("SELECT pg_current_xact_id_if_assigned() AS id").first?.texts == [nil])
    }

    @Test func `a transaction that failed in silence is not reported as done`() async throws {
        let pool = try await prepared()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                try await connection.execute("UPDATE t SET v = 5")
                // PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK, and no error.
                _ = try? await connection.execute("SELECT 1 / 0")
            }
        }
        #expect(error?.state == .inFailedTransaction)
        #expect(try await values(pool) == [0, 0])
    }

    @Test func `of two transactions in a deadlock the one that was given up is tried again`() async throws {
        let pool = try await prepared()
        let tries = Counter()
        let bothHoldOne = Meeting(of: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in [[1, 2], [2, 1]] {
                group.addTask {
                    try await pool.transaction { connection in
                        await tries.add()
                        try await connection.execute("SET LOCAL deadlock_timeout = '10ms'")
                        try await connection.execute("UPDATE t SET v = v + 1 WHERE id = \(order[0])::int")
                        await bothHoldOne.arrive()
                        try await connection.execute("UPDATE t SET v = v + 1 WHERE id = \(order[1])::int")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await tries.value >= 3)
        #expect(try await values(pool) == [2, 2])
    }

    @Test func `a transaction that met a serialisation failure is tried again`() async throws {
        let pool = try await prepared()
        let tries = Counter()
        try await pool.transaction { connection in
            try await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            try await connection.execute("SELECT v FROM t")
            if await tries.add() == 1 { try await pool.execute("UPDATE t SET v = v + 10") }
            try await connection.execute("UPDATE t SET v = v + 1")
        }
        #expect(await tries.value == 2)
        #expect(try await values(pool) == [11, 11])
    }

    @Test func `one that never succeeds is given up, and other errors are not tried again`() async throws {
        let pool = try await prepared()
        for (state, expected) in [("40001", 5), ("40P01", 5), ("23505", 1), ("55P03", 1)] {
            let tries = Counter()
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    await tries.add()
                    try await connection.executeScript(
                        "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '\(state)'; END $$")
                }
            }
            #expect(error?.state == SQLState(rawValue: state))
            #expect(await tries.value == expected)
        }
    }

    @Test func `a connection lost in a transaction is reported as lost, not tried again`() async throws {
        let pool = try await prepared()
        let tries = Counter()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { connection in
                await tries.add()
                try await connection.execute("UPDATE t SET v = 5")
                try await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(error?.kind == .connectionLost)
        #expect(await tries.value == 1)
        #expect(try await values(pool) == [0, 0])
    }
}
