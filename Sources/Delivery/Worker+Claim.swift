import Logging
import NIOConcurrencyHelpers
import PasswordReset
import Postgres
import ServiceLifecycle

extension Worker {
    /// Claims whenever there may be work and there is room for it, until the daemon is told to stop.
    func claimUntilStopped() async {
        var hint = ScanHint()
        var failures = 0
        var isReplyLost = false
        var hasLostReplies = false
        wake.yield()
        for await _ in wakes.cancelOnGracefulShutdown() {
            claimLives()
            while !Task.isShuttingDownGracefully, let limit = allowance() {
                claimLives()
                let settings = control.settings
                let claim = Claim(session: session.number, settings: settings)
                let start = hint.start(now: clock.now, interval: settings.pollInterval)
                do {
                    // Once more with every whole scan: what was sent to a server that hung is carried out when it goes on,
                    // however long after we have given it up.
                    let isWhole = start.since == nil && start.after == nil
                    if isReplyLost || hasLostReplies && isWhole { try await giveBackUnknown() }
                    hasLostReplies = hasLostReplies || isReplyLost
                    isReplyLost = false
                    let epoch = session.epoch
                    isReplyLost = true
                    let batch = try await claim(limit, since: start.since, after: start.after, on: pool)
                    isReplyLost = false
                    if failures > 0 { recovered() }
                    failures = 0
                    hint.claimed(to: batch.end, isLast: batch.count < limit)
                    take(batch, epoch: epoch)
                    if batch.count < limit { break }
                    if batch.postponed == batch.count { break }
                } catch {
                    failures += 1
                    if failures == 1 { troubled("claiming", error) }
                    wakeAfter(Retry.pause(after: failures))
                    break
                }
            }
        }
        claimed.finish()
    }

    /// Batches that may be on their way at once: one on the wire, one that is composed, one that is claimed and one that is
    /// recorded.
    private static let batches = 4

    /// How many rows may be claimed now; nil for none. There is room for a whole batch or for nothing: a claim costs about
    /// as much for one row as for fifty.
    private func allowance() -> Int? {
        guard session.isCurrent else { return nil }
        let count = inFlight.withLockedValue { $0.count }
        let room = count > (Self.batches - 1) * settings.batch ? 0 : settings.batch
        let allowed = breaker.withLockedValue { breaker in
            let allowance = breaker.allowance(of: settings.batch, at: .now)
            // One probe at a time. What has been under way for longer may wait for its answer: it may be that for minutes.
            return breaker.isOpen && isProbing ? 0 : allowance
        }
        let limit = min(allowed, room)
        return limit > 0 ? limit : nil
    }

    /// Whether what was claimed while the relay was away is still under way.
    private var isProbing: Bool {
        let probe = probe.withLockedValue { $0 }
        return inFlight.withLockedValue { !$0.isDisjoint(with: probe) }
    }

    /// Counts a batch as ours and hands it on to be composed, while the next is claimed.
    private func take(_ batch: Claim.Batch, epoch: Int) {
        notify(.claimed(leased: batch.leased.count, settled: batch.settled))
        settled.add(batch.settledIDs.lazy.map { SettledRequest.Mark(id: $0) })
        if batch.postponed > 0 { wakeAfter(.milliseconds(250)) }
        inFlight.withLockedValue { inFlight in
            inFlight.formUnion(batch.leased.lazy.map(\.lease.id))
            inFlight.formUnion(batch.unreadable.lazy.map(\.id))
        }
        if breaker.withLockedValue({ $0.isOpen }) {
            probe.withLockedValue { $0 = Set(batch.leased.map(\.lease.id)) }
        }
        for lease in batch.unreadable {
            logger.error(
                "a claimed row cannot be read; is resetd.account as it must be?", metadata: ["request": "\(lease.id)"])
            outcomes.add(lease, .unknownPurpose)
        }
        if !batch.leased.isEmpty { claimed.yield((batch.leased, epoch)) }
    }

    /// A claim whose answer did not come may have been committed: rows that bear our session and that we know nothing of
    /// go back. Only the task that claims does this, or it would take a claim's rows from under it.
    private func giveBackUnknown() async throws {
        let known = inFlight.withLockedValue { Array($0) }
        let count = try await Rescue(session: session, lease: settings.lease).giveBackOwn(except: known, on: pool)
        if count > 0 {
            logger.warning("gave back rows of a claim whose answer was lost", metadata: ["count": "\(count)"])
        }
    }

    func wakeAfter(_ pause: Duration) {
        Task { [wake] in
            await Retry.sleep(pause)
            wake.yield()
        }
    }

    /// One line when the database goes, one when it is back.
    func troubled(_ what: String, _ error: any Error) {
        logger.error("\(what) failed; trying again", metadata: ["error": "\(String(reflecting: error))"])
        notify(.database(isWorking: false))
    }

    func recovered() {
        logger.notice("the database works again")
        notify(.database(isWorking: true))
    }
}
