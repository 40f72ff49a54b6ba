import Postgres
import TestSupport

/// Programs of the system that look at what we made.
enum Tool {
    @discardableResult
    static func run(_ name: String, _ arguments: String...) async throws -> String {
        try await SystemProgram.run(name, arguments)
    }

    /// All that is in a database, as text.
    static func dump(_ database: TestDatabase) async throws -> String {
        try await run("pg_dump", database.database.url)
    }
}
