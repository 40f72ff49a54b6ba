import NIOConcurrencyHelpers
import Foundation
import Postgres
import TestSupport
import Testing

/// What was asked for and what came of it, once a fault is over: the account that every scenario ends with.
struct Ledger {
    let scenario: String
    /// Requests that were inserted.
    let asked: Int
    /// Mails that the relay took over.
    let accepted: Int
    /// Requests of which the relay took no mail, and which are not settled for a reason of their own.
    let lost: Int
    /// Mails beyond the first of a request.
    let twice: Int
    /// Rows by state.
    let states: [String: Int]
    /// Attempts that rows were charged with, in all.
    let attempts: Int
    let seconds: Double

    /// - Parameter settled: states that rows may end in without a mail: a refused address is no loss.
    init(_ site: Site, settled: Set<String>) async throws {
        let rows = try await site.execute(
            "SELECT email, state, attempts FROM resetd.outbox WHERE purpose = 'reset_link'")
        var copies: [String: Int] = [:]
        for mail in site.relay.mails { copies[mail.recipients.joined(), default: 0] += 1 }
        scenario = site.scenario
        asked = site.asked
        accepted = site.relay.mails.count
        // Rows that somebody deleted count too: the asker knows nothing of it.
        let excused = try rows.filter { settled.contains(try $0.get("state")) }.map {
            try $0.get("email", as: String.self)
        }
        lost = asked - Set(copies.keys).union(excused).count
        twice = copies.values.map { $0 - 1 }.reduce(0, +)
        states = try Dictionary(rows.map { (try $0.get("state"), 1) }, uniquingKeysWith: +)
        attempts = try rows.map { try $0.get("attempts", as: Int.self) }.reduce(0, +)
        seconds = (ContinuousClock.now - site.startedAt) / .seconds(1)
    }

    static let head = "scenario|asked|accepted|lost|twice|states|attempts|seconds"

    /// One line of the table that the test command prints in the end.
    var line: String {
        let states = states.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let time = String(format: "%.1f", seconds)
        return "\(scenario)|\(asked)|\(accepted)|\(lost)|\(twice)|\(states)|\(attempts)|\(time)"
    }

    private static let file = NIOLockedValueBox(())

    func write() throws {
        guard let path = ProcessInfo.processInfo.environment["RESETD_TEST_LEDGER"] else { return print(line) }
        try Self.file.withLockedValue { _ in
            if !FileManager.default.fileExists(atPath: path) {
                try Data("\(Self.head)\n".utf8).write(to: URL(filePath: path))
            }
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("\(line)\n".utf8))
            try handle.close()
        }
    }
}
