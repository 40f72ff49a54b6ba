package import Foundation

/// The built program, run as an operator runs it.
package struct BuiltProgram {
    package struct Result {
        package let code: Int32
        package let output: String
        package let errors: String
    }

    package static var path: String {
        get throws {
            guard let path = ProcessInfo.processInfo.environment["RESETD_TEST_BINARY"] else {
                throw TestDatabase.MissingServer("RESETD_TEST_BINARY is not set; run the tests with Scripts/test")
            }
            return path
        }
    }

    /// What a sanitizer of the tests is told, the program's is told too.
    private static let sanitizers = ProcessInfo.processInfo.environment.filter { name, _ in
        ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains(name)
    }

    /// Memory and allocations say nothing then: a sanitizer takes several times as much for itself.
    package static var isSanitized: Bool { !sanitizers.isEmpty }

    /// A process with nothing in its environment but what is given.
    package static func process(_ arguments: [String], environment: [String: String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: try path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(sanitizers) { $1 }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs a command to its end, on a thread of its own.
    package static func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Result {
        try await run(arguments, environment: environment)
    }

    /// - Parameter input: what comes by its standard input.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> Result {
        try await process(arguments, environment: environment).result(input: input)
    }
}

extension Process {
    /// Runs it to its end, and returns what it said.
    func result(input: String = "") async throws -> BuiltProgram.Result {
        let folder = try TemporaryFolder()
        let (output, errors) = (try folder.file("output"), try folder.file("errors"))
        standardInput = try FileHandle(forReadingFrom: folder.file("input", input))
        standardOutput = try FileHandle(forWritingTo: output)
        standardError = try FileHandle(forWritingTo: errors)
        try await end()
        return BuiltProgram.Result(
            code: terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Starts the process, and returns when it has ended.
    package func end() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            terminationHandler = { _ in continuation.resume() }
            do { try run() } catch {
                terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }
}

/// A folder that is removed when nobody needs it any more.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "resetd-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// A file with a content and a mode.
    package func file(_ name: String, _ content: String = "", mode: Int = 0o600) throws -> URL {
        let file = url.appending(path: name)
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(content.utf8), attributes: [.posixPermissions: mode])
        else { throw CocoaError(.fileWriteUnknown) }
        return file
    }
}
