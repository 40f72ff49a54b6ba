import PasswordReset
import Postgres

/// The last step: writes a batch of outcomes in one statement, which is `resetd.record` in the schema.
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
    func callAsFunction(_ entries: [OutcomeEntry], on pool: Pool) async throws -> Int {
        let rows = try await pool.execute(
            """
            SELECT resetd.record(
                   \(session)::bigint, \(giveUpAfter.interval)::interval, \(Self.copies)::integer,
                   \(entries.map(\.lease.id))::bigint[],
                   \(entries.map(\.lease.fence))::integer[],
                   \(entries.map(\.settlement.state))::text[],
                   \(entries.map(\.settlement.reason))::text[],
                   \(entries.map(\.settlement.delay.milliseconds))::bigint[],
                   \(entries.map { $0.settlement.burnsAttempt ? 1 : 0 })::integer[],
                   \(entries.map(\.settlement.reply))::text[],
                   \(entries.map { $0.settlement.isInterrupted ? 2 : $0.settlement.countsTowardsGivingUp ? 1 : 0 })::integer[],
                   \(entries.map { $0.settlement.isUnanswered ? 1 : 0 })::integer[]) AS count
            """)
        return try rows.first?.get("count") ?? 0
    }
}
