import Logging
import NIOConcurrencyHelpers
import Postgres

extension Worker {
    /// Records what comes in, a batch at a time, until there is no more. While the database is away outcomes wait here,
    /// and claiming stops by itself, since nothing gets off the count of what is in flight.
    func recordOutcomes() async {
        for await _ in outcomes.arrivals {
            let entries = outcomes.take()
            guard !entries.isEmpty else { continue }
            let record = Record(session: session.number, giveUpAfter: settings.giveUpAfter)
            var failures = 0
            while true {
                do {
                    let count = try await record(entries, on: pool)
                    if failures > 0 { recovered() }
                    if count < entries.count {
                        logger.warning(
                            "rows were no longer ours when their outcome came",
                            metadata: ["count": "\(entries.count - count)"])
                    }
                    break
                } catch {
                    failures += 1
                    if failures == 1 { troubled("recording outcomes", error) }
                    if Task.isCancelled { return }
                    try? await Task.sleep(for: Retry.pause(after: failures))
                }
            }
            journal?.forget(entries.filter { $0.settlement.state == "sent" }.map { $0.lease.record(of: session) })
            for entry in entries { notify(.recorded(state: entry.settlement.state, reason: entry.settlement.reason)) }
            inFlight.withLockedValue { $0.subtract(entries.map(\.lease.id)) }
            wake.yield()
            // What is due again before the next poll is looked for when it is due.
            let delays = entries.map(\.settlement.delay).filter { $0 > .zero && $0 < settings.pollInterval }
            if let soonest = delays.min() { wakeAfter(soonest) }
        }
    }
}
