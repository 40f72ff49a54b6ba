import Postgres

/// Puts rows back that a daemon had and no longer answers for.
struct Rescue {
    /// Claims that ended this way; after so many a row is parked, since it may be what the daemons die of.
    static let limit = 10

    let session: DaemonSession
    let lease: Duration

    /// Rows of sessions that have been silent for a whole lease. A daemon that was itself out of touch rescues nobody:
    /// the database was away, and the others may be as well as it is.
    func ofSilent(on pool: Pool) async throws -> Rescued {
        guard session.isObserver else { return Rescued() }
        let rescued = try await putBack(
            """
            o.claimed_by IS DISTINCT FROM \(session.number)::bigint
               AND NOT EXISTS (SELECT
                                 FROM resetd.session AS s
                                WHERE s.id = o.claimed_by
                                  AND s.heartbeat_at >= now() - \(lease.interval)::interval)
            """, on: pool)
        // Sessions of a day ago have no rows left.
        try await pool.execute("DELETE FROM resetd.session WHERE heartbeat_at < now() - interval '1 day'")
        return rescued
    }

    /// Rows of this daemon's own last start, which ended without giving them back.
    func ofPredecessor(_ number: Int64, on pool: Pool) async throws -> Rescued {
        try await putBack("o.claimed_by = \(number)::bigint", on: pool)
    }

    struct Rescued: Sendable {
        var count = 0
        /// Those that were parked.
        var parked: [Int64] = []
    }

    private func putBack(_ condition: Statement, on pool: Pool) async throws -> Rescued {
        let rows = try await pool.execute(
            """
            WITH lost AS (
                SELECT o.id
                  FROM resetd.outbox AS o
                 WHERE o.state = 'sending'
                   AND \(condition)
                 ORDER BY o.id
                   FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE resetd.outbox AS o
               SET state = CASE WHEN o.rescues >= \(Self.limit - 1)::integer THEN 'failed' ELSE 'queued' END,
                   reason = CASE WHEN o.rescues >= \(Self.limit - 1)::integer THEN 'poison' END,
                   rescues = least(o.rescues::bigint + 1, 2147483647)::integer,
                   claimed_by = NULL,
                   due_at = now()
              FROM lost
             WHERE o.id = lost.id
            RETURNING o.id, o.state
            """)
        let parked = try rows.filter { try $0.get("state") == "failed" }
        return Rescued(count: rows.count, parked: try parked.map { try $0.get("id") })
    }

    /// Rows that bear this session's number, but for those that it knows of: they go back as they were.
    func giveBackOwn(except known: [Int64] = [], on pool: Pool) async throws -> Int {
        let rows = try await pool.execute(
            """
            WITH own AS (
                SELECT o.id
                  FROM resetd.outbox AS o
                 WHERE o.claimed_by = \(session.number)::bigint
                   AND o.state = 'sending'
                   AND o.id <> ALL (\(known)::bigint[])
                 ORDER BY o.id
                   FOR NO KEY UPDATE
            )
            UPDATE resetd.outbox AS o
               SET state = 'queued', claimed_by = NULL, due_at = now()
              FROM own
             WHERE o.id = own.id
            RETURNING o.id
            """)
        return rows.count
    }

    /// At a clean stop: what was claimed and never put on the wire goes back, and the session ends.
    func end(on pool: Pool) async throws -> Int {
        let count = try await giveBackOwn(on: pool)
        try await pool.execute("DELETE FROM resetd.session WHERE id = \(session.number)::bigint")
        return count
    }
}
