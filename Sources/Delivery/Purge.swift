package import Postgres

/// Deletes settled requests that are older than the retention, in small batches: no lock is held for long, and nobody
/// waits for the end of it. A death between two batches leaves the rest to the next time.
package struct Purge: Sendable {
    package let days: Int

    private static let batch = 1000
    /// Batches without anything old after which there is taken to be no more: requests are numbered about as they come,
    /// and a look at so many costs some milliseconds.
    private static let lookahead = 20

    package init(days: Int) {
        self.days = days
    }

    /// Returns how many rows went.
    package func callAsFunction(on pool: Pool) async throws -> Int {
        var total = 0
        // From the lowest number on, until nothing is old any more: a run costs what it deletes, however many requests
        // there are.
        var last = Int64.min
        var young = 0
        while !Task.isCancelled, young < Self.lookahead {
            let rows = try await pool.execute(
                """
                WITH page AS MATERIALIZED (
                    SELECT o.id, o.requested_at < now() - make_interval(days => \(days)::integer) AS is_old
                      FROM resetd.outbox AS o
                     WHERE o.id > \(last)::bigint
                     ORDER BY o.id
                     LIMIT \(Self.batch)::bigint
                ), settled AS MATERIALIZED (
                    -- Tested on the row as it is once it is locked: one that is tried anew meanwhile stays.
                    SELECT o.id
                      FROM resetd.outbox AS o
                     WHERE o.id = ANY (ARRAY(SELECT p.id FROM page AS p WHERE p.is_old))
                       AND o.state IN ('sent', 'rejected', 'failed', 'cancelled')
                       AND o.requested_at < now() - make_interval(days => \(days)::integer)
                     ORDER BY o.id
                       FOR UPDATE SKIP LOCKED
                ), gone AS (
                    DELETE FROM resetd.outbox AS o
                     USING settled AS s
                     WHERE o.id = s.id
                       AND o.state IN ('sent', 'rejected', 'failed', 'cancelled')
                    RETURNING o.id
                )
                SELECT max(p.id) AS last,
                       coalesce(bool_or(p.is_old), false) AS has_old,
                       (SELECT count(*) FROM gone) AS gone
                  FROM page AS p
                """)
            guard let row = rows.first else { break }
            total += try row.get("gone", as: Int.self)
            guard let end = try row.optional("last", as: Int64.self) else { break }
            last = end
            young = try row.get("has_old", as: Bool.self) ? 0 : young + 1
        }
        return total
    }
}

/// Deletes what the audit trail says of long ago. The daemon's role may add to it and nothing else; the function that
/// deletes has its owner's rights, takes a small batch at a time, and leaves the last day alone whatever it is told.
struct AuditPurge {
    let days: Int

    /// Returns how many entries went.
    func callAsFunction(on pool: Pool) async throws -> Int {
        var total = 0
        while !Task.isCancelled {
            let rows = try await pool.execute("SELECT resetd.purge_audit(\(days)::integer) AS gone")
            let gone = try rows.first?.get("gone", as: Int.self) ?? 0
            guard gone > 0 else { break }
            total += gone
        }
        return total
    }
}

/// Forgets attempts at logins that nobody has, and sessions of the console that are long over: an attacker makes as many of
/// the former as limits let it.
struct SignInPurge {
    func callAsFunction(on pool: Pool) async throws {
        try await pool.execute("DELETE FROM resetd.unknown_login AS u WHERE u.seen_at < now() - interval '8 days'")
        try await pool.execute("DELETE FROM resetd.console_session AS s WHERE s.created_at < now() - interval '1 day'")
    }
}
