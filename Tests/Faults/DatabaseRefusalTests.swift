import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@testable import Demo

/// A database that is there and does not do what it is asked to.
@Suite(.timeLimit(.minutes(10)))
struct DatabaseRefusalTests {
    private let held = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }

    @Test func `somebody else holds the locks for longer than the daemon waits`() async throws {
        try await Site.run("lock and statement time-outs", script: held) { site in
            let daemon = try site.daemon(
                try site.stateDirectory(),
                database: site.cluster.url + "?options=-c%20lock_timeout%3D200ms%20-c%20statement_timeout%3D400ms")
            try await daemon.waitUntil(200)
            try await site.ask(20)
            try await site.relay.wait { $0.greatestOverlap == Site.connections }
            let other = try await Connection.open(Database(url: site.cluster.superuserURL))
            try await other.execute("BEGIN")
            try await other.execute("LOCK TABLE resetd.outbox IN ACCESS EXCLUSIVE MODE")
            site.relay.release()
            try await daemon.waitForLog("55P03")
            try await other.execute("ROLLBACK")
        }
    }

    @Test func `the daemon is the victim of a deadlock`() async throws {
        // The first is recorded by itself; the others together, while that waits.
        let script = RelayScript { event in
            guard event.stage == .dot else { return .usual }
            return .hold(event.recipients == ["p1@example.org"] ? .usual : .after(.milliseconds(300), .usual))
        }
        try await Site.run("deadlock", script: script, settings: "deadlock_timeout = 3s") { site in
            let daemon = try site.daemon(try site.stateDirectory())
            try await daemon.waitUntil(200)
            try await site.ask(Site.connections)
            try await site.relay.wait { $0.greatestOverlap == Site.connections }
            let first = try await holding("p1@example.org", site)
            let last = try await holding("p4@example.org", site)
            // So that this session is not the one that finds the circle, and ends for it.
            try await last.execute("SET deadlock_timeout = '1min'")
            site.relay.release()
            try await site.waitForBlockedDaemon()
            try await site.relay.waitForMails(Site.connections)
            // Answered, and on the way from its session to the recorder.
            try await daemon.waitUntil(200)
            try await first.execute("ROLLBACK")
            try await site.wait { try await $0.count("email = 'p1@example.org' AND state = 'sent'") == 1 }
            try await site.waitForBlockedDaemon()
            try await last.execute("SELECT FROM resetd.outbox WHERE email = 'p2@example.org' FOR UPDATE")
            try await daemon.waitForLog("40P01")
            try await last.execute("ROLLBACK")
        }
    }

    /// A transaction that has locked a row.
    private func holding(_ email: String, _ site: Site) async throws -> Connection {
        let connection = try await Connection.open(Database(url: site.cluster.superuserURL))
        try await connection.execute("BEGIN")
        try await connection.execute("SELECT FROM resetd.outbox WHERE email = \(email) FOR UPDATE")
        return connection
    }

    @Test(.enabled(if: Scale.isLong, "mounting a small file system takes root; in the long form"))
    func `the disk of the outbox is full for a while`() async throws {
        try await Site.run("disk full", script: held) { site in
            let disk = "\(site.cluster.folder)/disk"
            try await root("/bin/mkdir", disk)
            try await root("/bin/mount", "-t", "tmpfs", "-o", "size=4m,mode=700,uid=postgres", "none", disk)
            do {
                try await fill(disk, site)
            } catch {
                try await root("/bin/umount", "--lazy", disk)
                throw error
            }
        }
    }

    private func fill(_ disk: String, _ site: Site) async throws {
        try await site.execute(Statement(stringLiteral: "CREATE TABLESPACE small LOCATION '\(disk)'"))
        try await site.execute("ALTER TABLE resetd.outbox SET TABLESPACE small")
        let daemon = try site.daemon(try site.stateDirectory())
        try await daemon.waitUntil(200)
        try await site.ask(400)
        try await site.relay.wait { $0.greatestOverlap == Site.connections }
        // Fails when it is full, which is the point.
        _ = try? await root("/bin/dd", "if=/dev/zero", "of=\(disk)/ballast", "bs=4k", "status=none")
        site.relay.release()
        try await daemon.waitForLog("53100")
        try await root("/bin/rm", "\(disk)/ballast")
        try await site.settle()
        try await daemon.waitUntil(200)
        try await site.execute("ALTER TABLE resetd.outbox SET TABLESPACE pg_default")
        try await site.execute("DROP TABLESPACE small")
        try await root("/bin/umount", disk)
    }
}

/// Runs a program that only root may run.
func root(_ path: String, _ arguments: String...) async throws {
    let command = geteuid() == 0 ? (path, arguments) : ("/usr/bin/sudo", [path] + arguments)
    try await Program(path: command.0, arguments: command.1, folder: "/").output()
}
