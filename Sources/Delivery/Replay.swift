import Postgres

/// Tells the database what the journal of a daemon that died knows: mails that the relay took.
///
/// Run before the daemon's first claim, and before the rows of its predecessor are put back. A row counts as long as
/// nobody has claimed it since (its fence is the journal's), be it still `sending` or put back by somebody's rescue.
/// Replaying twice is replaying once.
struct Replay {
    /// Returns the rows that were told of.
    func callAsFunction(_ records: [Journal.Record], on pool: Pool) async throws -> [Int64] {
        guard !records.isEmpty else { return [] }
        let rows = try await pool.execute(
            """
            WITH held AS (
                SELECT o.id
                  FROM resetd.outbox AS o
                  JOIN unnest(\(records.map(\.id))::bigint[],
                              \(records.map(\.fence))::integer[],
                              \(records.map(\.session))::bigint[]) AS r (id, fence, session)
                    ON r.id = o.id AND r.fence = o.fence
                 WHERE o.state = 'sending' AND o.claimed_by = r.session
                    OR o.state = 'queued'
                 ORDER BY o.id
                   FOR NO KEY UPDATE OF o
            )
            UPDATE resetd.outbox AS o
               SET state = 'sent', reason = NULL, sent_at = now(), claimed_by = NULL
              FROM held
             WHERE o.id = held.id
            RETURNING o.id
            """)
        return try rows.map { try $0.get("id") }
    }
}
