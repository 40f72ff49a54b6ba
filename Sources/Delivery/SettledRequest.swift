import Postgres

/// A request that has come to its end: what a log has a line for, and what is counted.
package struct SettledRequest: Sendable {
    package let id: Int64
    /// `user` or `contact`; nil where no account was found and none was asked for.
    package let kind: String?
    package let purpose: String
    package let state: String
    package let reason: String?
    /// From the request to its end; of a mail, to the relay's answer.
    package let duration: Duration
    /// The relay's last three digits.
    package let code: String?
    /// Where the mail went, or was to go.
    package let address: String

    /// - Parameter age: since its end came about, by this host.
    fileprivate init(_ row: Row, age: Duration) throws(PostgresError) {
        id = try row.get("id")
        kind = try row.optional("kind")
        purpose = try row.get("purpose")
        state = try row.get("state")
        reason = try row.optional("reason")
        duration = max(.zero, .milliseconds(try row.get("milliseconds", as: Int64.self)) - age)
        code = try row.optional("code")
        address = try row.get("address")
    }

    /// An end that somebody saw: of which request, and when.
    struct Mark: Sendable {
        let id: Int64
        var at = ContinuousClock.now
    }

    /// Reads what became of them; who is no longer at an end (retried meanwhile by hand, say) is left out.
    static func read(_ marks: [Mark], on pool: Pool) async throws -> [SettledRequest] {
        let at = Dictionary(marks.map { ($0.id, $0.at) }, uniquingKeysWith: { $1 })
        // Before the database's own now: a slow answer makes a time longer than it was, never shorter.
        let now = ContinuousClock.now
        let rows = try await pool.execute(
            """
            SELECT o.id, coalesce(o.resolved_kind, o.account_kind) AS kind, o.purpose, o.state, o.reason,
                   -- Whoever inserts a row may have written any time into it.
                   CASE WHEN isfinite(o.requested_at)
                        THEN floor(extract(epoch FROM clock_timestamp() - o.requested_at) * 1000)::bigint
                        ELSE 0 END AS milliseconds,
                   substring(o.last_reply FROM '^[0-9]{3}') AS code,
                   coalesce(o.sent_to, o.email) AS address
              FROM resetd.outbox AS o
             WHERE o.id = ANY (\(Array(at.keys))::bigint[])
               AND o.state IN ('sent', 'rejected', 'failed', 'cancelled')
             ORDER BY o.id
            """)
        return try rows.map { row in
            let mark = try at[row.get("id")]
            return try SettledRequest(row, age: mark.map { now - $0 } ?? .zero)
        }
    }
}
