package import Demo
package import Foundation
import Glibc
import Postgres

/// `resetd serve` as a process, with settings in a file of its own.
package final class RunningDaemon {
    package private(set) var web = HTTPExchange(port: 0)
    package private(set) var operations = HTTPExchange(port: 0)
    /// `link.base`; the listeners take any port that is free, and say which.
    package let base: String
    /// The file of the key ring, which `link.keysFile` names.
    package let keys: URL
    private let process: Process
    private let log: URL
    private let folder: TemporaryFolder
    private let ended: AsyncStream<Void>

    /// What `JOURNAL_STREAM` says of the file that the log goes to.
    package enum Journal {
        case isTheLog
        case isAnotherFile
    }

    /// Starts it; ``waitUntil(_:)`` says when it is of use.
    package init(
        relay: String, database: String, base: String = "http://127.0.0.1:8080", more: String = "",
        arguments: [String] = [], environment: [String: String] = [:], journal: Journal? = nil
    ) throws {
        self.base = base
        folder = TemporaryFolder.shared
        let name = UUID().uuidString
        keys = try folder.file("\(name).keys", "7:\(String(repeating: "A", count: 42))E\n")
        let configuration = try folder.file(
            "\(name).yaml",
            """
            \(more.contains("database:") ? "" : "database: { url: \"\(database)\" }")
            \(more.contains("smtp:") ? "" : "smtp: { url: \"\(relay)\", tls: \"off\" }")
            \(more.contains("mail:") ? "" : "mail: { from: \"Example Support <support@example.org>\" }")
            link: { base: "\(base)", keysFile: "\(keys.path)" }
            \(more.contains("web:") ? "" : "web: { listen: \"127.0.0.1:0\" }")
            ops: { listen: "127.0.0.1:0" }
            \(more.contains("log:") ? "" : "log: { level: trace }")
            \(more)

            """)
        log = try folder.file("\(name).log")
        process = try BuiltProgram.process(
            ["serve", "--config", configuration.path] + arguments,
            environment: environment.merging(try Self.environment(journal, log: log)) { $1 })
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        let (ended, end) = AsyncStream<Void>.makeStream()
        self.ended = ended
        process.terminationHandler = { _ in end.finish() }
        try process.run()
    }

    /// systemd.exec(5): device and inode.
    private static func environment(_ journal: Journal?, log: URL) throws -> [String: String] {
        guard let journal else { return [:] }
        var status = stat()
        guard unsafe stat(log.path, &status) == 0 else { throw CocoaError(.fileReadUnknown) }
        let inode = journal == .isTheLog ? status.st_ino : status.st_ino + 1
        return ["JOURNAL_STREAM": "\(status.st_dev):\(inode)"]
    }

    deinit {
        if process.isRunning { _ = Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    package var lines: String {
        get throws { try String(contentsOf: log, encoding: .utf8) }
    }

    /// Asks for readiness until it is `status`; a daemon that ended is an error with its last words.
    package func waitUntil(_ status: Int) async throws {
        let operationsPort = try await port(after: "operations listener is up", "port")
        operations = HTTPExchange(port: operationsPort)
        web = HTTPExchange(port: try await port(after: "pages are up", "127.0.0.1:"))
        while true {
            if let answer = try? await operations.get("/health/ready"), answer.status == status { return }
            guard process.isRunning else { throw Ended(words: try lines) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The number that follows a message and a mark in the log, of whatever form, as soon as it is there.
    private func port(after message: String, _ mark: String) async throws -> Int {
        while true {
            let lines = try lines
            if let said = lines.firstRange(of: message),
                let range = lines[said.upperBound...].firstRange(of: mark),
                let port = Int(lines[range.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber })
            {
                return port
            }
            guard process.isRunning else { throw Ended(words: lines) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Sends SIGTERM and returns the exit code.
    package func stop() async -> Int32 {
        process.terminate()
        return await end()
    }

    package var processID: Int32 { process.processIdentifier }

    package func send(_ signal: Int32) {
        _ = Foundation.kill(processID, signal)
    }

    /// Returns when the log has these words.
    package func waitForLog(_ words: String) async throws {
        while try !lines.contains(words) {
            guard process.isRunning else { throw Ended(words: try lines) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// SIGKILL, and returns when the process is gone.
    package func kill() async {
        _ = Foundation.kill(process.processIdentifier, SIGKILL)
        _ = await end()
    }

    package func end() async -> Int32 {
        for await _ in ended {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    package struct Ended: Error {
        package let words: String
    }
}

extension TemporaryFolder {
    /// For files that processes may still have open when a test ends.
    package static let shared: TemporaryFolder = {
        do { return try TemporaryFolder() } catch { preconditionFailure("no temporary folder: \(error)") }
    }()
}

/// Runs a daemon on the test's database, ready, and stops it.
package func withDaemon<Result>(
    relay: String, more: String = "", _ body: (RunningDaemon) async throws -> Result
) async throws -> Result {
    let daemon = try RunningDaemon(relay: relay, database: TestDatabase.current.daemon.url, more: more)
    try await daemon.waitUntil(200)
    let result = try await body(daemon)
    _ = await daemon.stop()
    return result
}
