import Postgres
import Schema

/// Whether the daemon's role may do what ``Grants`` gives it.
enum Privileges {
    /// - Returns: also what it may do besides, where that is everything.
    /// - Throws: ``CommandFailure`` with all that the role lacks.
    static func check(_ connection: Connection) async throws -> String {
        let wanted = Grants.onTables.flatMap { privileges, tables in
            tables.flatMap { table in
                privileges.split(separator: ", ").map { (table, String($0)) }
            }
        }
        let rows = try await connection.execute(
            """
            SELECT w.privilege || ' on ' || w.object AS what
              FROM unnest(\(wanted.map(\.0))::text[], \(wanted.map(\.1))::text[]) AS w (object, privilege)
             WHERE NOT has_table_privilege(w.object, w.privilege)
            UNION ALL
            SELECT 'USAGE on ' || s.name
              FROM (VALUES (\(Grants.sequence)::text)) AS s (name)
             WHERE NOT has_sequence_privilege(s.name, 'USAGE')
            UNION ALL
            SELECT 'EXECUTE on resetd.' || p.proname
              FROM pg_proc AS p
             WHERE p.pronamespace = 'resetd'::regnamespace
               AND p.proname = ANY (\(Grants.functions)::text[])
               AND NOT has_function_privilege(p.oid, 'EXECUTE')
            """)
        let missing = try rows.map { try $0.get("what", as: String.self) }
        guard missing.isEmpty else {
            throw CommandFailure(description: "this role lacks \(missing.joined(separator: "; "))")
        }
        let isOwner: Bool? = try await connection.execute(
            """
            SELECT pg_has_role(n.nspowner, 'USAGE') AS is_owner
              FROM pg_namespace AS n
             WHERE n.nspname = 'resetd'
            """
        ).first?.get("is_owner")
        return isOwner == true
            ? "all that the daemon needs, and far more: this role is a superuser, or owns the schema"
            : "all that the daemon needs"
    }
}
