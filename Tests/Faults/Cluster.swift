import Foundation
import Glibc
import Postgres
import TestSupport

@testable import Demo

/// A PostgreSQL cluster of a test's own, to be stopped, killed and followed by a standby.
///
/// It is a copy of one that is made once in a process: migrated, with the database `site`, in which the role `resetd` may
/// do what the daemon needs, and the people `p1@example.org` and so on. The folder belongs to the test run, which removes it.
final class Cluster: Sendable {
    /// Each has an account, and can be asked for once.
    static let people = 1500

    let folder: String
    let port: Int
    private let programs: PostgreSQLPrograms
    private let user: UnprivilegedUser?

    /// How a server is stopped, as pg_ctl(1) calls it.
    enum Stop: String {
        /// Sessions are cut, what they did is finished.
        case fast
        /// As a crash: recovery follows.
        case immediate
    }

    /// - Parameter settings: lines of postgresql.conf.
    static func make(_ settings: String = "") async throws -> Cluster {
        let cluster = try await Cluster(copying: "\(template.value.folder)/data")
        try await cluster.configure(settings)
        try await cluster.start()
        return cluster
    }

    private init(copying data: String? = nil) async throws {
        guard let parent = ProcessInfo.processInfo.environment["RESETD_TEST_FOLDER"] else {
            throw TestDatabase.MissingServer("RESETD_TEST_FOLDER is not set; run the tests with Scripts/test")
        }
        programs = try PostgreSQLPrograms.find()
        user = try UnprivilegedUser.needed()
        folder = "\(parent)/cluster-\(UUID().uuidString.prefix(8))"
        port = try await FreePort.find(1)[0]
        let make = Program(path: "/bin/mkdir", arguments: ["-m", "700", folder], folder: parent, user: user)
        try await make.output()
        if let data { try await run("/bin/cp", ["-a", data, "\(folder)/data"]) }
    }

    /// The URL of the site's database, for a daemon.
    var url: String { "postgresql://resetd@127.0.0.1:\(port)/site" }
    /// The same for a superuser, who may write where others may only read.
    var superuserURL: String {
        "postgresql://postgres@127.0.0.1:\(port)/site?target_session_attrs=any&options=-c%20default_transaction_read_only%3Doff"
    }

    @discardableResult
    func execute(_ statement: Statement) async throws -> [Row] {
        try await Connection.open(Database(url: superuserURL)).execute(statement)
    }

    func start() async throws {
        // Right after a kill the last of its processes may still be there, and the server refuses to start beside it.
        for _ in 0..<50 {
            if (try? await control("start", "--log", "\(folder)/log")) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        try await control("start", "--log", "\(folder)/log")
    }

    func stop(_ mode: Stop) async throws {
        try await control("stop", "--mode", mode.rawValue)
    }

    /// SIGKILL to the postmaster: its children follow when they notice.
    func kill() throws {
        let lines = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8).split(separator: "\n")
        guard let process = lines.first.flatMap({ pid_t($0) }) else { throw CocoaError(.fileReadCorruptFile) }
        _ = Glibc.kill(process, SIGKILL)
    }

    /// A second server that follows this one, synchronously from now on.
    func standby() async throws -> Cluster {
        let standby = try await Cluster()
        try await standby.run(
            programs.path("pg_basebackup"),
            [
                "--host", "127.0.0.1", "--port", "\(port)", "--username", "postgres", "--pgdata",
                "\(standby.folder)/data", "--write-recovery-conf", "--checkpoint", "fast",
            ])
        try await standby.configure("")
        try await standby.start()
        try await execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try await execute("SELECT pg_reload_conf()")
        return standby
    }

    func promote() async throws {
        try await control("promote")
    }

    /// What it takes of postgresql.conf in addition.
    func configure(_ settings: String) async throws {
        let lines = """
            port = \(port)
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 60
            fsync = off
            full_page_writes = off
            \(settings)

            """
        let append = Program(
            path: "/usr/bin/tee", arguments: ["-a", "\(folder)/data/postgresql.conf"], folder: folder, user: user)
        try await append.output(input: lines)
    }

    private func control(_ arguments: String...) async throws {
        try await run(
            programs.path("pg_ctl"), ["--silent", "--wait", "--pgdata", "\(folder)/data"] + arguments)
    }

    @discardableResult
    private func run(_ path: String, _ arguments: [String]) async throws -> String {
        try await Program(path: path, arguments: arguments, folder: folder, user: user).output()
    }

    private static let template = Task {
        let cluster = try await Cluster()
        try await cluster.run(
            cluster.programs.path("initdb"),
            [
                "--pgdata", "\(cluster.folder)/data", "--username", "postgres", "--auth", "trust", "--encoding", "UTF8",
                "--locale", "C.UTF-8", "--no-sync", "--wal-segsize", "1",
            ])
        try await cluster.configure("")
        try await cluster.start()
        let postgres = try await Connection.open(
            Database(url: cluster.superuserURL.replacing("/site?", with: "/postgres?")))
        try await postgres.executeScript("CREATE ROLE resetd_owner; CREATE ROLE resetd LOGIN; CREATE ROLE portal LOGIN")
        try await postgres.execute("CREATE DATABASE site OWNER resetd_owner")
        let site = try await Connection.open(Database(url: cluster.superuserURL))
        try await site.migrateAsOnASite()
        try await site.execute(
            """
            INSERT INTO directory.users (login_id, full_name, email)
            SELECT 'p' || n, 'Person', 'p' || n || '@example.org' FROM generate_series(1, \(people)::integer) AS n
            """)
        try await cluster.stop(.fast)
        return cluster
    }
}
