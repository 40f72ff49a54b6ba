package import Postgres

/// How much waits in the outbox, and for how long.
package struct QueueDepth: Sendable {
    /// More than this is not counted: a look costs the same with ten thousand rows and with ten million.
    package static let most = 10_000

    package struct Part: Sendable {
        /// At least so many; at ``QueueDepth/most`` there may be more.
        package let requests: Int
        /// Seconds since the oldest of them was asked for.
        package let oldest: Double
    }

    /// Not claimed by any daemon: due, or put off.
    package let queued: Part
    /// Claimed.
    package let sending: Part
    /// Seconds since the first of them fell due and nobody claimed it. That is next to nothing while daemons are at work.
    package let overdue: Double

    /// One statement over the two partial indexes of the queue.
    package static func look(on pool: Pool) async throws -> QueueDepth {
        let rows = try await pool.execute(
            """
            SELECT count(*) FILTER (WHERE w.state = 'queued') AS queued,
                   count(*) FILTER (WHERE w.state = 'sending') AS sending,
                   \(age("w.requested_at", of: "queued")) AS oldest_queued,
                   \(age("w.requested_at", of: "sending")) AS oldest_sending,
                   \(age("w.due_at", of: "queued")) AS overdue
              FROM ((SELECT q.state, q.requested_at, q.due_at
                       FROM resetd.outbox AS q
                      WHERE q.state = 'queued'
                      ORDER BY q.due_at, q.id
                      LIMIT \(most)::bigint)
                    UNION ALL
                    (SELECT s.state, s.requested_at, s.due_at
                       FROM resetd.outbox AS s
                      WHERE s.state = 'sending'
                      LIMIT \(most)::bigint)) AS w
            """)
        guard let row = rows.first else { throw PostgresError(.decoding, "the queue has no answer") }
        return QueueDepth(
            queued: Part(requests: try row.get("queued"), oldest: try row.get("oldest_queued")),
            sending: Part(requests: try row.get("sending"), oldest: try row.get("oldest_sending")),
            overdue: try row.get("overdue"))
    }

    /// Whoever inserts a row may have written any time into it.
    private static func age(_ time: Statement, of state: String) -> Statement {
        """
        greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(\(time))
                                     FILTER (WHERE w.state = \(state) AND isfinite(\(time)))), 0))::float8
        """
    }
}
