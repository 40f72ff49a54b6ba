/// What each role may do with the schema, and the SQL that grants it.
package enum Grants {
    /// What the daemon and its commands do with tables and views: accounts are read through the contract, and the audit
    /// trail can only be added to.
    package static let onTables: KeyValuePairs<String, [String]> = [
        "SELECT": ["resetd.migration", "resetd.account", "resetd.client", "resetd.client_contact"],
        "SELECT, INSERT": ["resetd.audit"],
        "SELECT, INSERT, UPDATE, DELETE": [
            "resetd.outbox", "resetd.session", "resetd.unknown_login", "resetd.console_session",
        ],
    ]

    /// The functions that it calls and that not everybody may.
    package static let functions = [
        "claim", "record", "lock_account", "set_password", "set_pin", "set_login", "set_locked", "settle_attempt",
        "settle_unknown", "open_links", "purge_audit",
    ]

    package static let sequence = "resetd.session_number"

    /// What an application says of a request; everything else in its row is the daemon's to write.
    package static let askedColumns = ["email", "account_kind", "locale", "client_address", "requested_by"]

    /// Statements for whoever owns the schema, to be run as often as one likes.
    package static func daemon(_ role: RoleName) -> [String] {
        ["GRANT USAGE ON SCHEMA resetd TO \(role);"]
            + onTables.map { privileges, tables in
                "GRANT \(privileges) ON \(tables.joined(separator: ", ")) TO \(role);"
            }
            + [
                "GRANT USAGE ON SEQUENCE \(sequence) TO \(role);",
                "GRANT EXECUTE ON FUNCTION \(functions.map { "resetd.\($0)" }.joined(separator: ", ")) TO \(role);",
            ]
    }

    /// The same for an application: it asks, and reads what became of it.
    package static func application(_ role: RoleName) -> [String] {
        [
            "GRANT USAGE ON SCHEMA resetd TO \(role);",
            "GRANT INSERT (\(askedColumns.joined(separator: ", "))) ON resetd.outbox TO \(role);",
            "GRANT SELECT ON resetd.outbox TO \(role);",
        ]
    }
}

/// The name of a role, to the letter; as text it is quoted, so that no name is anything but a name.
package struct RoleName: Sendable, CustomStringConvertible {
    private let name: String

    /// PostgreSQL cuts longer names (NAMEDATALEN), and the cut one may be another's.
    private static let longest = 63

    /// Nil for what can be no name.
    package init?(_ name: String) {
        guard !name.isEmpty, name.utf8.count <= Self.longest, !name.utf8.contains(0) else { return nil }
        self.name = name
    }

    package var description: String {
        // By scalars: a quote and a combining accent are one character.
        let scalars = name.unicodeScalars.flatMap { $0 == "\"" ? ["\"", "\""] : [$0] }
        return "\"" + String(String.UnicodeScalarView(scalars)) + "\""
    }
}
