import Foundation
import Postgres
import Subprocess
import TestSupport
import Testing

@testable import Demo

/// PgBouncer in transaction mode between the daemon and its database.
@Suite(.timeLimit(.minutes(5)))
struct BouncerTests {
    private let slowDot = RelayScript { $0.stage == .dot ? .after(.milliseconds(5), .usual) : .usual }

    @Test(arguments: [true, false])
    func `the daemon works through PgBouncer, which is restarted in mid-run`(listens: Bool) async throws {
        let name = listens ? "PgBouncer restarted, LISTEN direct" : "PgBouncer restarted, polling"
        try await Site.run(name, script: slowDot) { site in
            let part = Scale.requests(500, short: 150)
            let port = try await FreePort.find(1)[0]
            let bouncer = try await Bouncer.start(port: port, before: site.cluster)
            let direct = listens ? ", listenURL: \"\(site.cluster.url)\"" : ""
            let daemon = try site.daemon(
                """
                database: { url: "postgresql://resetd@127.0.0.1:\(port)/site", pooled: true\(direct) }
                \(try site.stateDirectory())
                """)
            try await daemon.waitUntil(200)
            try await site.ask(part)
            try await site.relay.waitForMails(part / 2)
            await bouncer.stop()
            try await daemon.waitUntil(503)
            let again = try await Bouncer.start(port: port, before: site.cluster)
            try await daemon.waitUntil(200)
            try await site.ask(part)
            try await site.relay.waitForMails(part + part / 2)
            try await site.cluster.stop(.immediate)
            try await daemon.waitUntil(503)
            try await site.cluster.start()
            try await daemon.waitUntil(200)
            try await site.ask(part)
            try await site.settle()
            #expect(try await site.backends("query LIKE 'LISTEN%'").count == (listens ? 1 : 0))
            #expect(await daemon.stop() == 0)
            site.forget(daemon)
            await again.stop()
        }
    }
}

/// A PgBouncer of a test's own.
private struct Bouncer {
    private let process: Child

    static func start(port: Int, before cluster: Cluster) async throws -> Bouncer {
        let user = try UnprivilegedUser.needed()
        let settings = """
            [databases]
            site = host=127.0.0.1 port=\(cluster.port) dbname=site user=resetd
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 10
            server_login_retry = 1

            """
        let file = "\(cluster.folder)/pgbouncer.ini"
        let write = Program(path: "/usr/bin/tee", arguments: [file], folder: cluster.folder, user: user)
        try await write.output(input: settings)
        let process = Child(
            Program(path: "/usr/sbin/pgbouncer", arguments: [file], folder: cluster.folder, user: user),
            stopBy: .terminate, patience: .seconds(5))
        let database = Database(url: "postgresql://resetd@127.0.0.1:\(port)/site", isPooled: true)
        while (try? await Connection.open(database)) == nil {
            guard process.isRunning else { throw TestDatabase.MissingServer("\(process.lastLines(5))") }
            try await Task.sleep(for: .milliseconds(20))
        }
        return Bouncer(process: process)
    }

    /// Clients and servers are cut.
    func stop() async {
        await process.stop()
    }
}
