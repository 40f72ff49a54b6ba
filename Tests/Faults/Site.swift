import Foundation
import Postgres
import TestSupport
import Testing

/// A cluster, a relay, people and daemons: the place where a fault is caused.
final class Site {
    let scenario: String
    let cluster: Cluster
    let relay: ScriptedRelay
    let startedAt = ContinuousClock.now
    /// How many requests were inserted.
    private(set) var asked = 0
    /// Whom ``execute(_:)`` asks: after a failover the standby.
    var primary: Cluster
    private var daemons: [RunningDaemon] = []
    private var folders: [TemporaryFolder] = []

    /// Connections of each daemon to the relay.
    static let connections = 4

    private init(_ scenario: String, cluster: Cluster, relay: ScriptedRelay) {
        self.scenario = scenario
        self.cluster = cluster
        self.relay = relay
        primary = cluster
    }

    /// Runs a scenario to its end: every daemon that is left stops with exit code 0, no row is left unsettled, nothing is
    /// lost, and no more is sent twice than the fault explains.
    ///
    /// - Parameters:
    ///   - twice: how many mails may have been sent again; each of them a mail whose dot was written and whose answer never
    ///     came.
    ///   - settled: states in which a row may end without a mail.
    static func run(
        _ scenario: String, script: RelayScript = RelayScript(), settings: String = "", twice: Int = 0,
        settled: Set<String> = [], _ body: (Site) async throws -> Void
    ) async throws {
        await places.enter()
        defer { Task { await places.leave() } }
        let cluster = try await Cluster.make(settings)
        let primary = try await withScriptedRelay(script) { relay in
            let site = Site(scenario, cluster: cluster, relay: relay)
            try await body(site)
            try await site.settle()
            for daemon in site.daemons { #expect(await daemon.stop() == 0) }
            let ledger = try await Ledger(site, settled: settled)
            try ledger.write()
            #expect(ledger.lost == 0)
            #expect(ledger.twice <= twice)
            return site.primary
        }
        try await primary.stop(.immediate)
    }

    /// Two cores serve a few clusters at a time.
    private static let places = Places(3)

    @discardableResult
    func execute(_ statement: Statement) async throws -> [Row] {
        try await primary.execute(statement)
    }

    func count(_ condition: Statement) async throws -> Int {
        try await execute("SELECT count(*) AS count FROM resetd.outbox WHERE \(condition)").first?.get("count") ?? 0
    }

    /// Asks for so many people who have not been asked for yet.
    func ask(_ count: Int) async throws {
        precondition(asked + count <= Cluster.people, "there are so many people only")
        try await execute(
            """
            INSERT INTO resetd.outbox (email)
            SELECT 'p' || n || '@example.org'
              FROM generate_series(\(asked + 1)::integer, \(asked + count)::integer) AS n
            """)
        asked += count
    }

    /// Asks for so many, a few at a time, for as long as it takes; an application that finds no database asks again.
    func askSteadily(_ count: Int, by portion: Int = 25, every pause: Duration = .milliseconds(50)) async throws {
        for _ in 0..<(count / portion) {
            while (try? await ask(portion)) == nil { try await Task.sleep(for: pause) }
            try await Task.sleep(for: pause)
        }
    }

    /// A folder for the state of one daemon, which its next start finds again.
    func stateDirectory() throws -> String {
        let folder = try TemporaryFolder()
        folders.append(folder)
        return "state: { directory: \"\(folder.url.path)\" }"
    }

    /// Starts a daemon; it is stopped at the end unless ``forget(_:)`` was called.
    ///
    /// - Parameters:
    ///   - smtp: more of that section, as `, key: value`.
    ///   - worker: the section's content.
    func daemon(
        _ more: String = "", smtp: String = "", worker: String = "", database: String? = nil
    ) throws -> RunningDaemon {
        let daemon = try RunningDaemon(
            relay: relay.url, database: database ?? cluster.url,
            more: """
                smtp: { url: "\(relay.url)"\(smtp.contains("tls:") ? "" : ", tls: \"off\""), connections: \(Self.connections)\(smtp) }
                worker: { pollInterval: 500ms, retryBase: 200ms, batch: 64\(worker) }
                \(more)
                """)
        daemons.append(daemon)
        return daemon
    }

    /// A daemon that is dead, or that the scenario stops by itself.
    func forget(_ daemon: RunningDaemon) {
        daemons.removeAll { $0 === daemon }
    }

    /// Returns when every request is settled.
    func settle() async throws {
        try await wait { try await $0.count("state IN ('queued', 'sending')") == 0 }
    }

    /// Asks until it is so; a database that is away says no.
    func wait(until condition: (Site) async throws -> Bool) async throws {
        while await (try? condition(self)) != true {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Returns when a statement of a daemon waits for a lock.
    func waitForBlockedDaemon() async throws {
        try await wait { site in
            try await !site.execute(
                """
                SELECT FROM pg_stat_activity
                 WHERE application_name = 'resetd' AND usename = 'resetd' AND wait_event_type = 'Lock'
                """
            ).isEmpty
        }
    }
}
