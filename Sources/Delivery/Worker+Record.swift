import Logging
import NIOConcurrencyHelpers
import Postgres

extension Worker {
    private static let gathering: Duration = .milliseconds(10)

    /// Records what comes in, a batch at a time, until there is no more. While the database is away outcomes wait here,
    /// and claiming stops by itself, since nothing gets off the count of what is in flight.
    func recordOutcomes() async {
        for await _ in outcomes.arrivals {
            recordingLives()
            // A commit costs the same for one and for a hundred: while more is under way, more will come in a moment.
            if outcomes.count < inFlight.withLockedValue({ $0.count }) { await Retry.sleep(Self.gathering) }
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
                    if Task.isCancelled { return settled.finish() }
                    recordingLives()
                    try? await Task.sleep(for: Retry.pause(after: failures))
                }
            }
            journal?.forget(entries.filter { $0.settlement.state == "sent" }.map { $0.lease.record(of: session) })
            notify(.recorded(entries.reduce(into: [:]) { $0[$1.settlement.recorded, default: 0] += 1 }))
            // What was put back is at an end too if its time was over: the statement alone knows.
            settled.add(
                entries.lazy.filter(\.settlement.mayBeTheEnd).map { SettledRequest.Mark(id: $0.lease.id, at: $0.at) })
            inFlight.withLockedValue { $0.subtract(entries.map(\.lease.id)) }
            wake.yield()
            // What is due again before the next poll is looked for when it is due.
            let delays = entries.map(\.settlement.delay).filter { $0 > .zero && $0 < settings.pollInterval }
            if let soonest = delays.min() { wakeAfter(soonest) }
        }
        settled.finish()
    }
}
