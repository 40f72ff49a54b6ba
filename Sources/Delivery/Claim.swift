import PasswordReset
import Postgres

/// The first step: takes due rows from the outbox. The statement itself is `resetd.claim`, in the schema.
struct Claim {
    /// Where a scan of the queue stands: what follows has not been looked at yet.
    struct Cursor: Sendable, Equatable {
        /// As the database wrote it: to the microsecond, and `-infinity` too.
        let dueAt: String
        let id: Int64
    }

    /// What one claim brought.
    struct Batch: Sendable {
        /// To be mailed, and ours until their outcome is recorded.
        var leased: [ClaimedRequest] = []
        /// Leased rows that the contract's view gives no sense to; one must not stop the others.
        var unreadable: [ClaimedRequest.Lease] = []
        /// Rows that were settled in the claim, by reason.
        var settled: [String: Int] = [:]
        var settledIDs: [Int64] = []
        /// Rows whose account somebody else had just locked: they are still queued, and worth asking for again soon.
        var postponed = 0
        /// Where this claim's scan ended; nil when it found nothing.
        var end: Cursor?

        var count: Int { leased.count + unreadable.count + settled.values.reduce(0, +) + postponed }
    }

    let session: Int64
    let settings: DeliverySettings

    /// - Parameters:
    ///   - limit: how many rows at most.
    ///   - since: no row that was due before this moment is looked for; nil looks for all. Unix seconds.
    ///   - cursor: where an earlier claim of the same pass over the queue ended; then `since` has no say.
    func callAsFunction(_ limit: Int, since: Int64?, after cursor: Cursor? = nil, on pool: Pool) async throws -> Batch {
        let rows = try await pool.execute(
            """
            SELECT *
              FROM resetd.claim(
                   \(session)::bigint, \(limit)::integer,
                   coalesce(\(cursor?.dueAt)::timestamptz, to_timestamp(\(since)::bigint)),
                   \(settings.lease.interval)::interval, \(settings.linkLifetime.interval)::interval,
                   \(settings.keys.current.id)::integer, \(settings.keys.ids)::integer[],
                   \(settings.sender.domain)::text,
                   \(settings.perAccountInterval.interval)::interval, \(settings.perAccountHourly)::integer,
                   \(cursor?.id)::bigint)
            """)
        var batch = Batch()
        for row in rows {
            if let scanned = try row.optional("scanned", as: String.self) {
                batch.end = Cursor(dueAt: scanned, id: try row.get("id"))
            }
            switch try row.get("state", as: String.self) {
            case "sending":
                let lease = ClaimedRequest.Lease(id: try row.get("id"), fence: try row.get("fence"))
                if let request = try? ClaimedRequest(row, lease) {
                    batch.leased.append(request)
                } else {
                    batch.unreadable.append(lease)
                }
            case "queued": batch.postponed += 1
            default:
                batch.settled[try row.optional("reason") ?? "none", default: 0] += 1
                batch.settledIDs.append(try row.get("id"))
            }
        }
        return batch
    }
}

extension Duration {
    /// As PostgreSQL's `interval` reads it.
    var interval: String { "\(milliseconds) milliseconds" }
}
