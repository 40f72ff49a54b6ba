import PasswordReset
package import Postgres

/// Queues requests, one batch at a time: NOTIFY serialises the commits of a whole cluster, so what comes in while a
/// batch is being written goes into the next one as a whole.
///
/// Nothing is looked up here, so that an answer takes as long for every address. A request is queued when ``submit(_:)``
/// returns, and is not when it throws, unless the connection was lost at the commit: then it may be, and asking again
/// makes at most a second one, which limits catch.
package actor RequestWriter {
    private let pool: Pool
    private var waiting: [(request: NewRequest, done: CheckedContinuation<Void, any Error>)] = []
    private var isWriting = false

    private static let maximumBatch = 500
    private static let maximumWaiting = 5000

    package init(pool: Pool) {
        self.pool = pool
    }

    package func submit(_ request: NewRequest) async throws {
        guard waiting.count < Self.maximumWaiting else { throw RequestsBusy() }
        try await withCheckedThrowingContinuation { done in
            waiting.append((request, done))
            guard !isWriting else { return }
            isWriting = true
            Task { await writeWaiting() }
        }
    }

    private func writeWaiting() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.maximumBatch))
            waiting.removeFirst(batch.count)
            let outcome: Result<Void, any Error>
            do {
                try await pool.execute(Self.insert(batch.map(\.request)))
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            for (_, done) in batch { done.resume(with: outcome) }
        }
        isWriting = false
    }

    private static func insert(_ requests: [NewRequest]) -> Statement {
        """
        INSERT INTO resetd.outbox (email, account_kind, account_id, locale, client_address, requested_by)
        SELECT r.email, r.account_kind, r.account_id, r.locale, r.client_address, r.requested_by
          FROM unnest(\(requests.map(\.email))::text[],
                      \(requests.map { $0.kind?.rawValue })::text[],
                      \(requests.map(\.accountID))::text[],
                      \(requests.map(\.locale))::text[],
                      \(requests.map(\.clientAddress))::inet[],
                      \(requests.map(\.requestedBy))::text[])
            AS r (email, account_kind, account_id, locale, client_address, requested_by)
        """
    }
}

/// More waits than the database takes; try again in a few seconds.
package struct RequestsBusy: Error {}
