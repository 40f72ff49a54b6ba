import Postgres

/// Whether the contract is whole, and one: a site that has put its own tables behind a part of it must have done so with
/// all of it, or accounts would be looked for in one place and changed in another.
enum ContractCheck {
    /// What each view must have, and of which type.
    private static let columns: KeyValuePairs<String, String> = [
        "resetd.account": """
        kind text, account_id text, login_id text, full_name text, email text, email_key text, locale text, \
        password_hash text, disabled boolean, recoverable boolean, revision text, pin_hash text, access text[], \
        global_administrator boolean, password_change_required boolean, failed_attempts integer, \
        locked_until timestamp with time zone, search tsvector
        """,
        "resetd.client": "client_id text, account_number text, name text, search tsvector",
        "resetd.client_contact": "client_id text, account_id text",
    ]

    private static let functions = [
        "lock_account", "try_lock_accounts", "set_password", "set_pin", "set_login", "set_locked", "settle_attempt",
    ]

    /// - Throws: ``CommandFailure`` with every object that is lacking, in one line.
    static func check(_ connection: Connection) async throws -> String {
        var problems: [String] = []
        for (view, list) in columns {
            for column in list.split(separator: ", ") {
                let (name, type) = parts(of: column)
                let found: String? = try await connection.execute(
                    """
                    SELECT format_type(a.atttypid, NULL) AS type
                      FROM pg_attribute AS a
                     WHERE a.attrelid = to_regclass(\(view)) AND a.attname = \(name)
                    """
                ).first?.get("type")
                switch found {
                case type: break
                case let other?: problems.append("\(view) has \(name) as \(other), expected \(type)")
                case nil: problems.append("\(view) has no column \(name) (\(type))")
                }
            }
        }
        let readsDirectory = try await bundled(connection)
        problems += functions.filter { readsDirectory[$0] == nil }.map { "there is no function resetd.\($0)" }
        let mapped = readsDirectory["account"] == false
        if mapped {
            problems += readsDirectory.filter(\.value).keys.sorted().map {
                "resetd.\($0) is still over the bundled directory, and resetd.account is not"
            }
        }
        guard problems.isEmpty else {
            let hint = "; see Config/mapping.example.sql"
            throw CommandFailure(description: problems.joined(separator: "; ") + hint)
        }
        return mapped ? "whole, over tables of the site's own" : "whole, over the bundled directory"
    }

    /// Each view and function of the contract, and whether it is over the bundled directory: views by what they depend on,
    /// functions by their text.
    private static func bundled(_ connection: Connection) async throws -> [String: Bool] {
        let rows = try await connection.execute(
            """
            SELECT c.relname::text AS name,
                   EXISTS (SELECT FROM pg_rewrite AS r
                             JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                             JOIN pg_class AS t ON d.refclassid = 'pg_class'::regclass AND t.oid = d.refobjid
                            WHERE r.ev_class = c.oid AND t.relnamespace::regnamespace::text = 'directory') AS is_bundled
              FROM pg_class AS c
             WHERE c.oid = ANY (ARRAY[to_regclass('resetd.account'), to_regclass('resetd.client'),
                                      to_regclass('resetd.client_contact')])
            UNION ALL
            SELECT p.proname::text, bool_or(p.prosrc LIKE '%directory.%')
              FROM pg_proc AS p
             WHERE p.pronamespace = 'resetd'::regnamespace AND p.proname = ANY (\(functions)::text[])
             GROUP BY p.proname
            """)
        return Dictionary(
            try rows.map { (try $0.get("name", as: String.self), try $0.get("is_bundled", as: Bool.self)) },
            uniquingKeysWith: { $0 && $1 })
    }

    private static func parts(of column: Substring) -> (name: String, type: String) {
        let name = column.prefix { $0 != " " }
        return (String(name), String(column.dropFirst(name.count + 1)))
    }
}
