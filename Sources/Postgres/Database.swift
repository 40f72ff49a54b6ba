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
        // libpq reads the service's file when it connects; what stands there is not seen here.
        if let service = options["service"] { throw .unverified(host: "service \(service)") }
        let names = Self.list(options["host"])
        let addresses = Self.list(options["hostaddr"])
        // Host by host the address is where the connection goes, and the name where there is none.
        let hosts = (0..<max(names.count, addresses.count)).map { position in
            let address = position < addresses.count ? addresses[position] : ""
            return address.isEmpty && position < names.count ? names[position] : address
        }
        if let remote = hosts.first(where: { !Self.isThisHost($0) }) {
            // A password with an @ in it that was not escaped ends in what libpq takes for the host.
            let isName = remote.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || "-._:".utf8.contains(byte)
            }
            throw .unverified(host: isName ? String(remote) : "another host")
        }
    }

    private static func list(_ option: String?) -> [Substring] {
        option?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    }

    /// An empty host is the default Unix socket; a path or an abstract name is one too.
    private static func isThisHost(_ host: Substring) -> Bool {
        host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
            // Four numbers: a name such as 127.example.org may be anybody's.
            || host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
    }

    /// Whether the URL itself holds a password; one that cannot be read may.
    package var hasPassword: Bool {
        var message: UnsafeMutablePointer<CChar>? = nil
        guard let parsed = unsafe PQconninfoParse(url, &message) else {
            unsafe PQfreemem(message)
            return true
        }
        return unsafe Self.values(parsed)["password"]?.isEmpty == false
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
                (
                    "options",
                    "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
                        // Limits are counted by what others have committed meanwhile.
                        + " -c default_transaction_isolation=read\\ committed"
                ))
        }
        keywords.append(("dbname", url))
        keywords.append(("application_name", "resetd"))
        keywords.append(("client_encoding", "UTF8"))
        return keywords.map { (keyword: $0.0, value: $0.1) }
    }
}

/// The URL may hold a password, and whoever prints a value by mistake must not print that.
extension Database: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a database" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
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
