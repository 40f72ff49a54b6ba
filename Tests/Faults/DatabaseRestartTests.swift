import Foundation
import Postgres
import TestSupport
import Testing

/// A database that goes and comes back: outcomes wait in memory, nothing is lost and nothing goes twice.
@Suite(.timeLimit(.minutes(10)))
struct DatabaseRestartTests {
    private let slowDot = RelayScript { $0.stage == .dot ? .after(.milliseconds(5), .usual) : .usual }

    /// Three parts of requests, and between them whatever happens to the database; the daemon must be told of it.
    private func run(
        _ scenario: String, interrupt: (Site, RunningDaemon) async throws -> Void
    ) async throws {
        try await Site.run(scenario, script: slowDot) { site in
            let part = Scale.requests(500, short: 150)
            let daemon = try site.daemon(try site.stateDirectory())
            try await daemon.waitUntil(200)
            for turn in 1...2 {
                try await site.ask(part)
                try await site.relay.waitForMails(turn * part - part / 2)
                try await interrupt(site, daemon)
            }
            try await site.ask(part)
            try await site.settle()
            try await daemon.waitUntil(200)
        }
    }

    @Test func `a database that is killed twice in mid-run`() async throws {
        try await run("database killed twice") { site, daemon in
            try site.cluster.kill()
            try await daemon.waitUntil(503)
            try await site.cluster.start()
        }
    }

    @Test(arguments: [Cluster.Stop.fast, .immediate])
    func `a database that is restarted twice in mid-run`(mode: Cluster.Stop) async throws {
        try await run("database restarted twice, \(mode.rawValue)") { site, daemon in
            try await site.cluster.stop(mode)
            try await daemon.waitUntil(503)
            try await site.cluster.start()
        }
    }

    @Test func `every connection of the daemon is cut, twice in mid-run`() async throws {
        try await run("backends killed twice") { site, _ in
            try await site.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'resetd'")
        }
    }

    @Test func `a database that has no connection to spare`() async throws {
        try await run("too many connections, twice") { site, daemon in
            // As with a server that is full, connecting ends in 53300.
            try await site.execute("ALTER ROLE resetd CONNECTION LIMIT 0")
            try await site.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'resetd'")
            try await daemon.waitUntil(503)
            try await site.execute("ALTER ROLE resetd CONNECTION LIMIT -1")
        }
    }

    @Test func `a database that is read-only for a while`() async throws {
        try await run("read-only, twice") { site, daemon in
            try await site.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            try await site.execute("SELECT pg_reload_conf()")
            try await daemon.waitUntil(503)
            try await daemon.waitForLog("not the primary")
            try await site.execute("ALTER SYSTEM RESET default_transaction_read_only")
            try await site.execute("SELECT pg_reload_conf()")
        }
    }

    @Test func `the primary is killed and its standby takes over`() async throws {
        try await Site.run("failover to the standby", script: slowDot) { site in
            let count = Scale.requests(750, short: 200)
            let standby = try await site.cluster.standby()
            let hosts = "127.0.0.1:\(site.cluster.port),127.0.0.1:\(standby.port)"
            let daemon = try site.daemon(
                try site.stateDirectory(), database: "postgresql://resetd@\(hosts)/site")
            try await daemon.waitUntil(200)
            try await site.ask(count)
            try await site.relay.waitForMails(count / 2)
            try site.cluster.kill()
            try await daemon.waitUntil(503)
            try await standby.promote()
            site.primary = standby
            try await site.ask(count)
            try await site.settle()
            try await daemon.waitUntil(200)
        }
    }
}
