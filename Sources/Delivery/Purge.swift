package import Postgres

/// Deletes settled requests that are older than the retention, in small batches: no lock is held for long, and nobody
/// waits for the end of it. A death between two batches leaves the rest to the next time.
package struct Purge: Sendable {
    package let days: Int

    private static let batch = 1000

    package init(days: Int) {
        self.days = days
    }

    /// Returns how many rows went.
    package func callAsFunction(on pool: Pool) async throws -> Int {
        var total = 0
        while !Task.isCancelled {
            let rows = try await pool.execute(
                """
                DELETE FROM resetd.outbox
                 WHERE id IN (SELECT id
                                FROM resetd.outbox
                               WHERE state IN ('sent', 'rejected', 'failed', 'cancelled')
                                 AND requested_at < now() - make_interval(days => \(days)::integer)
                               ORDER BY id
                               LIMIT \(Self.batch)::bigint
                                 FOR UPDATE SKIP LOCKED)
                RETURNING id
                """)
            total += rows.count
            if rows.count < Self.batch { break }
        }
        return total
    }
}
