import Demo
import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

/// A database that says nothing any more, and does not say that either.
@Suite(.timeLimit(.minutes(10)))
struct DatabaseSilenceTests {
    private let slowDot = RelayScript { $0.stage == .dot ? .after(.milliseconds(5), .usual) : .usual }

    @Test func `the listening connection falls silent, the poll serves, and the daemon listens anew`() async throws {
        try await Site.run("LISTEN cut silently") { site in
            let daemon = try site.daemon(try site.stateDirectory())
            try await daemon.waitUntil(200)
            try await site.wait { try await $0.backends("query LIKE 'LISTEN%'").count == 1 }
            let listener = try await site.backends("query LIKE 'LISTEN%'")
            for process in listener { try await root("/bin/kill", "-STOP", "\(process)") }
            try await site.ask(20)
            try await site.relay.waitForMails(20)
            try await daemon.waitForLog("notifications no longer come through")
            try await site.wait { try await $0.backends("query LIKE 'LISTEN%'").count == 2 }
            for process in listener { try await root("/bin/kill", "-CONT", "\(process)") }
            let metrics = try await daemon.operations.get("/metrics").body
            #expect(metrics.contains("resetd_listen_reconnects_total 1"))
        }
    }

    @Test(.enabled(if: Scale.isLong, "a statement is given up after forty seconds; in the long form"))
    func `every backend hangs, for longer than anybody waits`() async throws {
        // Claims and outcomes that the daemon has given up are carried out after all, when the backends go on.
        try await Site.run("backends hang for a minute", script: slowDot) { site in
            let daemon = try site.daemon(try site.stateDirectory())
            try await daemon.waitUntil(200)
            try await site.ask(750)
            try await site.relay.waitForMails(200)
            let backends = try await site.backends("true")
            for process in backends { try await root("/bin/kill", "-STOP", "\(process)") }
            try await daemon.waitUntil(503)
            try await daemon.waitUntil(200)
            for process in backends { try await root("/bin/kill", "-CONT", "\(process)") }
            try await site.ask(750)
        }
    }

    @Test(.enabled(if: Scale.isLong, "dropping packets takes root and half a minute; in the long form"))
    func `packets to and from the database vanish`() async throws {
        try await Site.run("database in a black hole", script: slowDot) { site in
            let daemon = try site.daemon(try site.stateDirectory())
            try await daemon.waitUntil(200)
            try await site.ask(750)
            try await site.relay.waitForMails(200)
            for action in ["-I", "-D"] {
                for direction in ["--dport", "--sport"] {
                    try await root(
                        "/usr/sbin/iptables", action, "INPUT", "-p", "tcp", direction, "\(site.cluster.port)", "-j",
                        "DROP")
                }
                // The second turn mends it, once the daemon knows.
                try await daemon.waitUntil(action == "-I" ? 503 : 200)
            }
            try await site.ask(750)
        }
    }
}

extension Site {
    /// The server's processes that serve the daemon.
    func backends(_ condition: Statement) async throws -> [Int32] {
        try await execute("SELECT pid FROM pg_stat_activity WHERE usename = 'resetd' AND \(condition)").map {
            Int32(try $0.get("pid", as: Int.self))
        }
    }
}
