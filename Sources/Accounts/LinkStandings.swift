import PasswordReset
import Postgres

/// Looks up how links stand, one batch at a time: mail scanners and people open them in bursts, and what comes in while
/// a batch is being looked up goes into the next one as a whole.
actor LinkStandings {
    private let pool: Pool
    private var waiting: [(token: Token, done: CheckedContinuation<LinkStanding, any Error>)] = []
    private var isLooking = false

    private static let maximumBatch = 500
    private static let maximumWaiting = 5000

    init(pool: Pool) {
        self.pool = pool
    }

    /// How the link of a token stands that we signed.
    ///
    /// - Throws: ``RequestsBusy`` when more wait than the database will answer soon.
    func callAsFunction(_ token: Token) async throws -> LinkStanding {
        guard waiting.count < Self.maximumWaiting else { throw RequestsBusy() }
        return try await withCheckedThrowingContinuation { done in
            waiting.append((token, done))
            guard !isLooking else { return }
            isLooking = true
            Task { await lookUpWaiting() }
        }
    }

    private func lookUpWaiting() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.maximumBatch))
            waiting.removeFirst(batch.count)
            do {
                let standings = try await lookUp(batch.map(\.token))
                for ((_, done), standing) in zip(batch, standings) { done.resume(returning: standing) }
            } catch {
                for (_, done) in batch { done.resume(throwing: error) }
            }
        }
        isLooking = false
    }

    /// In the order of the tokens. A row that was purged, or whose account was deleted, counts as expired: whoever holds the
    /// link is told that its time is over.
    private func lookUp(_ tokens: [Token]) async throws -> [LinkStanding] {
        let rows = try await pool.execute(
            """
            SELECT w.place, found.link_end, found.kind, found.locale
              FROM unnest(\(tokens.map(\.requestID))::bigint[], \(tokens.map(\.expiresAt))::bigint[])
                   WITH ORDINALITY AS w (id, expires_at, place)
             CROSS JOIN LATERAL (
                   SELECT \(LinkedRequest.end(of: "w.expires_at")) AS link_end, \(LinkedRequest.owner)
                     FROM \(LinkedRequest.source)
                    WHERE o.id = w.id
                      AND \(LinkedRequest.condition)) AS found
            """)
        var standings = [LinkStanding](repeating: .dead(.expired), count: tokens.count)
        for row in rows {
            standings[try row.get("place", as: Int.self) - 1] = try LinkedRequest.standing(row)
        }
        return standings
    }
}
