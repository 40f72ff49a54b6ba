import Accounts
import Postgres

/// What `resetd check` asks of the database.
enum DatabaseCheck {
    static func open(_ settings: Settings) async throws -> (String, Connection) {
        let connection = try await Connection.open(try settings.database())
        let row = try await connection.execute(
            """
            SELECT current_setting('server_version') AS version, current_user AS role,
                   inet_server_addr() IS NULL AS is_local,
                   (SELECT s.version FROM pg_stat_ssl AS s WHERE s.pid = pg_backend_pid() AND s.ssl) AS tls
            """
        ).first
        let way: String =
            if let tls = try row?.optional("tls", as: String.self) { "over \(tls)" } else {
                try row?.get("is_local", as: Bool.self) == true ? "by a Unix socket" : "in the clear"
            }
        let version = try row?.get("version", as: String.self) ?? ""
        let role = try row?.get("role", as: String.self) ?? ""
        return ("PostgreSQL \(version), as \(role), \(way)", connection)
    }

    /// Links and leases go by the database's clock whatever this host's says; certificates and the log do not.
    private static let tolerance = 30.0

    static func clock(_ connection: Connection) async throws -> String {
        let before = Self.hostSeconds
        let there: Double =
            try await connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8 AS now").first?.get(
                "now")
            ?? 0
        let difference = (before + hostSeconds) / 2 - there
        let words = "\(tenths(abs(difference))) s \(difference < 0 ? "behind" : "ahead of") the database's"
        guard abs(difference) <= tolerance else { throw CommandFailure(description: "this host's clock is \(words)") }
        return abs(difference) < 0.5 ? "as the database's, to half a second" : words
    }

    private static var hostSeconds: Double {
        Double(DatabaseClock.hostMilliseconds) / 1000
    }

    private static func tenths(_ number: Double) -> String {
        String((number * 10).rounded() / 10)
    }

    /// How long a notification may take.
    private static let patience: Duration = .seconds(5)

    /// Whether a notification gets from the connection that inserts to the one that listens.
    static func notifications(_ settings: Settings, _ connection: Connection) async throws -> String {
        guard let database = try settings.notifications() else {
            return "none through a pooler without database.listenURL: polling finds new requests"
        }
        let channel = "resetd_check_\(UInt32.random(in: 0 ... .max))"
        let listener = try await Connection.open(database)
        let notifications = try await listener.notifications(on: [channel])
        let start = ContinuousClock.now
        try await connection.execute("SELECT pg_notify(\(channel), '')")
        let hasCome = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in notifications { return true }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        guard hasCome else { throw CommandFailure(description: "a notification did not come through in 5 s") }
        return "come through, in \(Int((ContinuousClock.now - start) / .milliseconds(1))) ms"
    }

    /// No failure: the addresses are other systems' to mend, and everybody else is served.
    static func duplicates(_ connection: Connection) async throws -> String {
        let row = try await connection.execute(
            """
            SELECT count(*) AS addresses, coalesce(sum(d.accounts), 0)::bigint AS accounts
              FROM (\(Directory.sharedAddresses)) AS d
            """
        ).first
        let addresses = try row?.get("addresses", as: Int.self) ?? 0
        guard addresses > 0 else { return "no address is shared" }
        let accounts = try row?.get("accounts", as: Int.self) ?? 0
        return "\(addresses) shared by \(accounts) accounts, and requests that do not tell them apart are refused: "
            + "resetd accounts duplicates"
    }
}
