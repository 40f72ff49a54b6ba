/// A few connections to one database, handed out one at a time, made when first needed and replaced when lost.
package actor Pool {
    private let database: Database
    private let capacity: Int
    private let observe: @Sendable (PoolEvent) -> Void
    /// Connections that broke and have not been made anew.
    private var lost = 0
    private var idle: [Connection] = []
    private var inUse = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// How often a transaction that met a deadlock or a serialisation failure is tried in all.
    private static let tries = 5

    /// - Parameter observe: told what happens, on any thread.
    package init(
        _ database: Database, capacity: Int, observe: @escaping @Sendable (PoolEvent) -> Void = { _ in }
    ) {
        self.database = database
        self.capacity = max(1, capacity)
        self.observe = observe
    }

    /// Runs `body` with a connection that nobody else has meanwhile.
    package func withConnection<Result: Sendable>(
        _ body: @Sendable (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await take()
        do {
            let result = try await body(connection)
            await giveBack(connection)
            return result
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Runs one statement.
    @discardableResult
    package func execute(_ statement: Statement) async throws -> [Row] {
        try await withConnection { try await $0.execute(statement) }
    }

    /// Runs `body` in a transaction, again when PostgreSQL gave it up for a deadlock (40P01) or a serialisation failure
    /// (40001): both mean that nothing of it happened.
    package func transaction<Result: Sendable>(
        _ body: @Sendable (Connection) async throws -> Result
    ) async throws -> Result {
        for _ in 1..<Self.tries {
            do {
                return try await withConnection { try await $0.transaction(body) }
            } catch let error as PostgresError where error.isRetryable {
                continue
            }
        }
        return try await withConnection { try await $0.transaction(body) }
    }

    private func take() async throws(PostgresError) -> Connection {
        while inUse >= capacity {
            await withCheckedContinuation { waiting.append($0) }
        }
        inUse += 1
        while let connection = idle.popLast() {
            if await connection.readPending() { return connection }
            drop()
        }
        do {
            let connection = try await Connection.open(database)
            observe(.opened(isAnew: lost > 0))
            lost = max(0, lost - 1)
            return connection
        } catch {
            release()
            throw error
        }
    }

    /// A connection comes back fit for the next: one that is lost, or stands in a transaction that could not be rolled
    /// back, is dropped, which closes it.
    private func giveBack(_ connection: Connection) async {
        if await connection.isAlive, await !connection.isInTransaction { idle.append(connection) } else { drop() }
        release()
    }

    private func drop() {
        lost += 1
        observe(.lost)
    }

    private func release() {
        inUse -= 1
        if !waiting.isEmpty { waiting.removeFirst().resume() }
    }
}

/// What a pool tells whoever watches it.
package enum PoolEvent: Sendable {
    /// A connection was made, in the place of one that was lost or not.
    case opened(isAnew: Bool)
    /// One that was lost, or not fit for the next, was dropped.
    case lost
}
