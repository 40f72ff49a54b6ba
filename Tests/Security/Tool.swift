import Foundation
import Postgres
import Subprocess
import TestSupport

/// Programs of the system that look at what we made.
enum Tool {
    struct Failed: Error {
        let words: String
    }

    /// Runs one to its end and returns what it printed.
    @discardableResult
    static func run(_ name: String, _ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name(name), arguments: .init(arguments), output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else { throw Failed(words: "\(name): \(result.standardError)") }
        return result.standardOutput
    }

    /// All that is in a database, as text.
    static func dump(_ database: TestDatabase) async throws -> String {
        try await run("pg_dump", database.database.url)
    }
}
