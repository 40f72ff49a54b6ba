internal import Foundation

/// Programs of the system: what makes certificates, or looks at what we made.
package enum SystemProgram {
    package struct Failed: Error {
        let words: String
    }

    /// Runs one to its end and returns what it printed.
    @discardableResult
    package static func run(_ name: String, _ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let result = try await process.result()
        guard result.code == 0 else { throw Failed(words: "\(name): \(result.errors)") }
        return result.output
    }
}
