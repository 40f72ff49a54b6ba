import PasswordReset
import Postgres

/// The last step: writes a batch of outcomes in one statement.
///
/// Every row is tested by id, fence, session and state, so that a daemon that was taken for dead, or a row that somebody
/// cancelled meanwhile, changes nothing. Recording twice is recording once: the second finds no row of ours.
///
/// A death before it leaves rows `sending`. The journal in the state directory tells the next start which of them the relay
/// has taken; the others are put back. Without a state directory those that it took go a second time.
struct Record {
    let session: Int64
    let giveUpAfter: Duration

    /// Mails without an answer to their end that one person may have got before the row is given up.
    private static let copies = 6

    /// Returns how many rows took their outcome.
    func callAsFunction(_ entries: [Outcomes.Entry], on pool: Pool) async throws -> Int {
        let rows = try await pool.execute(
            """
            WITH outcome AS (
                SELECT *
                  FROM unnest(\(entries.map(\.lease.id))::bigint[],
                              \(entries.map(\.lease.fence))::integer[],
                              \(entries.map(\.settlement.state))::text[],
                              \(entries.map(\.settlement.reason))::text[],
                              \(entries.map(\.settlement.delay.milliseconds))::bigint[],
                              \(entries.map { $0.settlement.burnsAttempt ? 1 : 0 })::integer[],
                              \(entries.map(\.settlement.reply))::text[],
                              \(entries.map { $0.settlement.wasTried ? 1 : 0 })::integer[],
                              \(entries.map { $0.settlement.isUnanswered ? 1 : 0 })::integer[])
                    AS t (id, fence, state, reason, delay, burnt, reply, tried, unanswered)
            ), held AS (
                -- By id, like everybody who locks several rows of the outbox.
                SELECT o.id, n.state, n.reason, n.delay, n.burnt, n.reply, n.tried, n.unanswered
                  FROM resetd.outbox AS o
                  JOIN outcome AS n ON n.id = o.id AND n.fence = o.fence
                 WHERE o.claimed_by = \(session)::bigint
                   AND o.state = 'sending'
                 ORDER BY o.id
                   FOR NO KEY UPDATE OF o
            ), judged AS (
                SELECT h.*, h.state = 'queued' AND h.tried = 1
                            AND (o.first_claimed_at < now() - \(giveUpAfter.interval)::interval
                                 OR o.unanswered + h.unanswered > \(Self.copies)::integer) AS is_over
                  FROM held AS h
                  JOIN resetd.outbox AS o ON o.id = h.id
            )
            UPDATE resetd.outbox AS o
               SET state = CASE WHEN j.is_over THEN 'failed' ELSE j.state END,
                   reason = CASE WHEN j.is_over THEN 'gave_up' ELSE j.reason END,
                   sent_at = CASE j.state WHEN 'sent' THEN now() ELSE o.sent_at END,
                   due_at = CASE WHEN j.state = 'queued'
                             THEN now() + j.delay * power(2, j.unanswered * least(o.unanswered, 7)) * interval '1 millisecond'
                             ELSE o.due_at END,
               unanswered = least(o.unanswered, 1000) + j.unanswered,
                   attempts = least(o.attempts::bigint + j.burnt, 2147483647)::integer,
                   last_reply = coalesce(j.reply, o.last_reply),
                   claimed_by = NULL
              FROM judged AS j
             WHERE o.id = j.id
            RETURNING o.id
            """)
        return rows.count
    }
}
