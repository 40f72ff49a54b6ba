import Logging
import Postgres

extension Worker {
    /// The heartbeat, five times a lease. It goes on while the worker drains, so that nobody rescues what it finishes.
    func keepAlive() async {
        var failures = 0
        while !Task.isCancelled {
            let interval = settings.lease / 5
            try? await Task.sleep(for: failures > 0 ? min(interval, Retry.pause(after: failures)) : interval)
            do {
                let wasLate = try await session.beat(on: pool)
                if failures > 0 { recovered() }
                failures = 0
                if wasLate {
                    // Others may have rescued what lies here. What they have not goes back by its fence, and comes again.
                    logger.warning("the heartbeat was late; what was not yet on the wire is given back")
                    giveBackShelf()
                    wake.yield()
                }
            } catch {
                failures += 1
                if failures == 1 { troubled("the heartbeat", error) }
            }
        }
    }
}
