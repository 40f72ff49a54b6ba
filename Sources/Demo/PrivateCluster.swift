internal import Subprocess

/// A PostgreSQL cluster that is ours alone: new, in a temporary folder, reachable only by a Unix socket in that folder.
///
/// Nothing listens on TCP. The socket's folder has mode 0700, which is the whole of the authentication: `trust` behind
/// a door that only we (and root) can open. It trades durability for speed, since it ends with the demonstration.
package struct PrivateCluster: Sendable {
    /// The database that the demonstration uses.
    static let database = "resetd"
    /// The daemon's role, which owns nothing, here as elsewhere; and the one that owns the schemas.
    static let role = "resetd"
    static let owner = "resetd_owner"

    /// The folder of the socket, libpq's `host`.
    let socketFolder: String
    private let programs: PostgreSQLPrograms
    private let server: Child
    private let folder: TemporaryFolder

    /// Makes a cluster in the folder, starts it and waits until it accepts; then makes roles and database.
    ///
    /// The server is stopped before this throws.
    ///
    /// - Throws: ``DemoFailure``: PostgreSQL is not installed, or what it said when it failed; `CancellationError`.
    static func start(in folder: TemporaryFolder) async throws -> PrivateCluster {
        let programs = try PostgreSQLPrograms.find()
        let user = try UnprivilegedUser.needed()
        let data = try folder.makeFolder("cluster", for: user)
        let sockets = try folder.makeFolder("socket", for: user)
        try await Program(
            path: programs.path("initdb"),
            arguments: [
                "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale",
                "C.UTF-8",
                "--no-sync",
            ],
            folder: data, user: user
        ).output()
        let settings = [
            "listen_addresses=", "unix_socket_directories=\(sockets)", "unix_socket_permissions=0700", "port=5432",
            "fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=60",
            "cluster_name=resetd-demo",
        ]
        let server = Child(
            Program(
                path: programs.path("postgres"), arguments: ["-D", data] + settings.flatMap { ["-c", $0] },
                folder: data,
                user: user),
            stopBy: .interrupt,  // "fast": sessions are cut, nothing waits for them.
            patience: .seconds(10))
        let cluster = PrivateCluster(socketFolder: sockets, programs: programs, server: server, folder: folder)
        do {
            try await cluster.waitUntilAccepting()
            try await cluster.psql(
                database: "postgres", user: "postgres",
                [
                    "-c", "CREATE ROLE \(role) LOGIN", "-c", "CREATE ROLE \(owner) LOGIN",
                    "-c", "CREATE DATABASE \(database) OWNER \(owner)",
                ])
        } catch {
            await server.stop()
            throw error
        }
        return cluster
    }

    /// libpq's URL of the database for a role.
    func url(as role: String) -> String {
        "postgresql://\(role)@/\(Self.database)?host=\(socketFolder)"
    }

    /// What a person types to look inside.
    var shellCommand: String {
        "\(programs.path("psql")) -h \(socketFolder) -U \(Self.owner) \(Self.database)"
    }

    /// Runs SQL as the owner, all of it in one transaction.
    ///
    /// - Returns: the rows, a line each, columns apart by tabs.
    @discardableResult
    func run(_ sql: String) async throws -> String {
        try await psql(
            database: Self.database, user: Self.owner,
            ["--single-transaction", "--field-separator=\t", "--file=-"], input: sql)
    }

    /// Whether the server runs still.
    var isRunning: Bool {
        server.isRunning
    }

    /// The last lines that the server printed.
    func lastLines(_ count: Int) -> [String] {
        server.lastLines(count)
    }

    /// Stops the server; sessions are cut.
    func stop() async {
        await server.stop()
    }

    @discardableResult
    private func psql(
        database: String, user: String, _ arguments: [String], input: String = ""
    ) async throws -> String {
        try await Program(
            path: programs.path("psql"),
            arguments: [
                "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
                "--host=\(socketFolder)",
                "--username=\(user)", "--dbname=\(database)",
            ] + arguments,
            folder: folder.path
        ).output(input: input)
    }

    private func waitUntilAccepting() async throws {
        let ready = Program(
            path: programs.path("pg_isready"), arguments: ["--quiet", "--host=\(socketFolder)"], folder: folder.path)
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                try await ready.output()
                return
            } catch let failure as DemoFailure {
                guard server.isRunning, ContinuousClock.now < deadline else {
                    let lines = server.lastLines(8).joined(separator: "\n  ")
                    throw DemoFailure("The private PostgreSQL cluster does not start (\(failure)):\n  \(lines)")
                }
            }
            try await Task.sleep(for: .milliseconds(30))
        }
    }
}
