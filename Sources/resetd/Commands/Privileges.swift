import Postgres

/// What the daemon's role must be allowed to do; README's GRANTs are these.
enum Privileges {
    private static let onTables: KeyValuePairs<String, String> = [
        "resetd.migration": "SELECT", "resetd.account": "SELECT", "resetd.client": "SELECT",
        "resetd.client_contact": "SELECT", "resetd.outbox": "SELECT INSERT UPDATE DELETE",
        "resetd.session": "SELECT INSERT UPDATE DELETE", "resetd.audit": "SELECT INSERT",
        "resetd.unknown_login": "SELECT INSERT UPDATE DELETE", "resetd.console_session": "SELECT INSERT UPDATE DELETE",
    ]

    private static let functions = [
        "claim", "record", "lock_account", "set_password", "set_pin", "set_login", "set_locked", "settle_attempt",
        "settle_unknown", "open_links", "purge_audit",
    ]

    /// - Throws: ``CommandFailure`` with all that the role lacks.
    static func check(_ connection: Connection) async throws -> String {
        let wanted = onTables.flatMap { table, words in words.split(separator: " ").map { (table, String($0)) } }
        let rows = try await connection.execute(
            """
            SELECT w.privilege || ' on ' || w.object AS what
              FROM unnest(\(wanted.map(\.0))::text[], \(wanted.map(\.1))::text[]) AS w (object, privilege)
             WHERE NOT has_table_privilege(w.object, w.privilege)
            UNION ALL
            SELECT 'USAGE on resetd.session_number' WHERE NOT has_sequence_privilege('resetd.session_number', 'USAGE')
            UNION ALL
            SELECT 'EXECUTE on resetd.' || p.proname
              FROM pg_proc AS p
             WHERE p.pronamespace = 'resetd'::regnamespace
               AND p.proname = ANY (\(functions)::text[])
               AND NOT has_function_privilege(p.oid, 'EXECUTE')
            """)
        let missing = try rows.map { try $0.get("what", as: String.self) }
        guard missing.isEmpty else {
            throw CommandFailure(description: "this role lacks \(missing.joined(separator: "; "))")
        }
        return "all that the daemon needs"
    }
}
