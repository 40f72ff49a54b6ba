import Foundation
import Postgres
import TestSupport
import Testing

/// What systemd hears of the daemon. Tests/Boot has systemd itself.
@Suite(.database, .timeLimit(.minutes(5)))
struct ServiceManagerTests {
    private static func environment(_ address: String) -> [String: String] {
        ["NOTIFY_SOCKET": address, "WATCHDOG_USEC": "500000"]
    }

    private let address = "@resetd-\(UUID().uuidString)"

    @Test func `READY comes although the relay is away, signs of life after it, and a word at every change`()
        async throws
    {
        let systemd = try NotifySocket(address)
        try await withScriptedRelay { relay in
            await relay.goAway()
            let daemon = try RunningDaemon(
                relay: relay.url, database: TestDatabase.current.database.url,
                environment: Self.environment(address))
            let start = try await systemd.wait(for: "READY=1")
            #expect(start.contains { $0.hasPrefix("STATUS=unavailable: ") })
            try await systemd.wait(for: "STATUS=ok: database, pages, relay, schema")
            try await systemd.wait(for: "WATCHDOG=1")
            try await systemd.wait(for: "WATCHDOG=1")

            try await TestDatabase.current.execute(
                "INSERT INTO directory.users (login_id, full_name, email) VALUES ('anna', 'Anna', 'anna@example.org')")
            try await TestDatabase.current.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
            try await systemd.wait(for: "STATUS=degraded: relay degraded (does not take mail)")
            try await systemd.wait(for: "WATCHDOG=1")

            daemon.send(SIGHUP)
            try await systemd.wait(for: "RELOADING=1")
            try await systemd.wait(for: "READY=1")
            #expect(await daemon.stop() == 0)
            try await systemd.wait(for: "STOPPING=1")
            try await systemd.wait(for: "STATUS=stopping")
        }
    }

    @Test func `a worker that writes mails to a folder gives signs of life too`() async throws {
        let systemd = try NotifySocket(address)
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.url.path)
        let daemon = try RunningDaemon(
            relay: "smtp://127.0.0.1:9", database: TestDatabase.current.database.url,
            more: "worker: { shadow: \(folder.url.path) }", environment: Self.environment(address))
        try await systemd.wait(for: "READY=1")
        for _ in 0..<3 { try await systemd.wait(for: "WATCHDOG=1") }
        #expect(await daemon.stop() == 0)
    }

    @Test func `pages without a worker give signs of life too`() async throws {
        let systemd = try NotifySocket(address)
        let daemon = try RunningDaemon(
            relay: "smtp://127.0.0.1:9", database: TestDatabase.current.database.url, arguments: ["--no-worker"],
            environment: Self.environment(address))
        try await systemd.wait(for: "READY=1")
        try await systemd.wait(for: "WATCHDOG=1")
        try await systemd.wait(for: "WATCHDOG=1")
        #expect(await daemon.stop() == 0)
    }

    @Test(arguments: [true, false])
    func `to the journal the last words have their priority, and nowhere else`(isJournal: Bool) async throws {
        let errors = try TemporaryFolder.shared.file("errors-\(UUID().uuidString)")
        let file = try FileManager.default.attributesOfItem(atPath: errors.path)
        let (device, number) = (try #require(file[.systemNumber]), try #require(file[.systemFileNumber]))
        let stream = isJournal ? "\(device):\(number)" : "\(device):1"
        let process = try BuiltProgram.process(["keys", "rotate"], environment: ["JOURNAL_STREAM": stream])
        process.standardError = try FileHandle(forWritingTo: errors)
        try await process.end()
        #expect(process.terminationStatus == 78)
        let words = try String(contentsOf: errors, encoding: .utf8)
        #expect(words.hasPrefix(isJournal ? "<3>resetd: link.keysFile" : "resetd: link.keysFile"))
    }

    @Test func `a daemon that waits for its database is not ready, and says what it waits for`() async throws {
        let systemd = try NotifySocket(address)
        let daemon = try RunningDaemon(
            relay: "smtp://127.0.0.1:9", database: "postgresql:///x?host=/nonexistent&user=nobody",
            environment: Self.environment(address))
        try await systemd.wait(for: "STATUS=unavailable: database unavailable")
        try await daemon.waitUntil(503)
        daemon.send(SIGHUP)
        try await daemon.waitForLog("settings read anew")
        #expect(await daemon.stop() == 0)
        let messages = try await systemd.wait(for: "STOPPING=1")
        #expect(!messages.contains { $0.hasPrefix("READY") || $0.hasPrefix("RELOADING") })
    }
}
