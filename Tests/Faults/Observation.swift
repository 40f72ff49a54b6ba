import Demo
import Foundation
import Postgres
import TestSupport

/// What an operator sees of a daemon from outside.
extension RunningDaemon {
    /// Asks for readiness until its page has these words; the answer's status and page.
    @discardableResult
    func waitForHealth(_ words: String) async throws -> HTTPExchange.Answer {
        while true {
            if let answer = try? await operations.get("/health/ready"), answer.body.contains(words) { return answer }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The value of a metric without labels.
    func metric(_ name: String) async throws -> Double? {
        try await operations.get("/metrics").body.split(separator: "\n")
            .first { $0.hasPrefix("\(name) ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// How many lines of the log have these words.
    func count(_ words: String) throws -> Int {
        try lines.split(separator: "\n").count { $0.contains(words) }
    }

    /// The most memory that it ever had, in MiB (proc_pid_status(5)).
    var peakMemory: Int {
        get throws {
            let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            guard let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
            else { throw CocoaError(.fileReadCorruptFile) }
            return kilobytes / 1024
        }
    }
}

extension Site {
    /// What recipients' refusals have cost, in all.
    var attempts: Int {
        get async throws {
            try await execute("SELECT coalesce(sum(attempts), 0) AS sum FROM resetd.outbox").first?.get("sum") ?? 0
        }
    }

    /// The mails of those to whom more than one went, by address.
    var repeated: [String: [ReceivedMail]] {
        Dictionary(grouping: relay.mails) { $0.recipients.joined() }.filter { $0.value.count > 1 }
    }

    /// A daemon with a state directory, ready.
    func readyDaemon(smtp: String = "", worker: String = "") async throws -> RunningDaemon {
        let daemon = try daemon(try stateDirectory(), smtp: smtp, worker: worker)
        try await daemon.waitUntil(200)
        return daemon
    }

    /// Runs `body` while somebody else holds what a statement locks. What daemons wait for by then never happens: a server
    /// would finish it, though whoever asked is dead.
    func cuttingOff(_ statement: Statement, _ body: () async throws -> Void) async throws {
        let other = try await Connection.open(Database(url: primary.superuserURL))
        try await other.execute("BEGIN")
        try await other.execute(statement)
        try await body()
        try await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'resetd' AND usename = 'resetd'"
        )
        try await other.execute("ROLLBACK")
    }
}
