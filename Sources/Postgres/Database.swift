import CPostgreSQL

/// Which database, and how connections to it are made.
package struct Database: Sendable {
    /// A libpq connection URL or string; empty for libpq's own defaults and PG* variables.
    package let url: String
    /// PgBouncer in transaction mode stands between: no startup options, nothing that outlives a transaction.
    package let isPooled: Bool
    /// Whether a connection to another host may go without a verified certificate (`database.tls: off`).
    package let allowsClear: Bool

    package init(url: String, isPooled: Bool = false, allowsClear: Bool = false) {
        self.url = url
        self.isPooled = isPooled
        self.allowsClear = allowsClear
    }

    /// Says why connections to this database are refused before any is made: a text that libpq cannot read, or a way
    /// to another host that is not encrypted and verified (`sslmode=verify-full`).
    package func validate() throws(DatabaseSettingError) {
        let options = try effectiveOptions()
        guard !allowsClear, options["sslmode"] != "verify-full" else { return }
        let hosts = (options["hostaddr"] ?? options["host"] ?? "").split(
            separator: ",", omittingEmptySubsequences: false)
        // An empty host is the default Unix socket; a path or an abstract name is one too.
        if let remote = hosts.first(where: { !Self.isThisHost($0) }) {
            throw .unverified(host: String(remote))
        }
    }

    private static func isThisHost(_ host: Substring) -> Bool {
        host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
            || host.hasPrefix("127.")
    }

    /// What libpq would use: its defaults and PG* variables, overridden by the URL.
    private func effectiveOptions() throws(DatabaseSettingError) -> [String: String] {
        var values = unsafe Self.values(PQconndefaults())
        guard !url.isEmpty else { return values }
        var message: UnsafeMutablePointer<CChar>? = nil
        guard let parsed = unsafe PQconninfoParse(url, &message) else {
            // libpq's message may quote the text, which may hold a password.
            unsafe PQfreemem(message)
            throw .malformed
        }
        unsafe values.merge(Self.values(parsed)) { $1 }
        return values
    }

    /// The options that have a value; frees the array.
    private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>?) -> [String: String] {
        guard let options = unsafe options else { return [:] }
        defer { unsafe PQconninfoFree(options) }
        var values: [String: String] = [:]
        var position = 0
        while let keyword = unsafe options[position].keyword {
            if let value = unsafe options[position].val {
                unsafe values[String(cString: keyword)] = String(cString: value)
            }
            position += 1
        }
        return values
    }

    /// The keywords of PQconnectdbParams: later ones win, so what the URL may change stands before `dbname`, and what
    /// it may not stands after.
    var connectionKeywords: [(keyword: String, value: String)] {
        var keywords = [
            ("connect_timeout", "10"), ("target_session_attrs", "read-write"),
            // A peer that vanished without a word is noticed in half a minute.
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"),
        ]
        if !isPooled {
            keywords.append(
                ("options", "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"))
        }
        keywords.append(("dbname", url))
        keywords.append(("application_name", "resetd"))
        keywords.append(("client_encoding", "UTF8"))
        return keywords.map { (keyword: $0.0, value: $0.1) }
    }
}

/// Why the settings of the database cannot be used.
package enum DatabaseSettingError: Error, Equatable, CustomStringConvertible {
    case malformed
    case unverified(host: String)

    package var description: String {
        switch self {
        case .malformed:
            "expected a PostgreSQL URL such as postgresql://resetd@db.example.org/site?sslmode=verify-full, or libpq's key=value form"
        case .unverified(let host):
            "the way to \(host) is not encrypted and verified; expected sslmode=verify-full for another host, or database.tls: off to do without"
        }
    }
}
