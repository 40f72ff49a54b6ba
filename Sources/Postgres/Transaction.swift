extension Connection {
    /// Runs `body` between BEGIN and COMMIT, and rolls back when it throws.
    ///
    /// A death before the COMMIT leaves nothing; a connection lost during the COMMIT leaves it unknown whether it was
    /// carried out, and throws ``PostgresError/Kind/connectionLost``.
    package func transaction<Result: Sendable>(
        _ body: @Sendable (Connection) async throws -> Result
    ) async throws -> Result {
        try execute("BEGIN")
        do {
            let result = try await body(self)
            guard !hasFailedTransaction else {
                throw PostgresError(.server(.inFailedTransaction), "a statement of the transaction failed unnoticed")
            }
            try execute("COMMIT")
            return result
        } catch {
            if isAlive { _ = try? execute("ROLLBACK") }
            throw error
        }
    }
}
