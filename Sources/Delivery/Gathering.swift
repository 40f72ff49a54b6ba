import NIOConcurrencyHelpers

/// What has come about and is to be dealt with by the batch. Whoever adds does so on any thread; one task takes all that
/// there is, so that a batch grows while the one before it is under way.
final class Gathering<Entry: Sendable>: Sendable {
    private let entries = NIOLockedValueBox<[Entry]>([])
    /// One element whenever there is something to take, or after a nudge; ends when no more will come.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ more: some Sequence<Entry>) {
        entries.withLockedValue { $0.append(contentsOf: more) }
        arrival.yield()
    }

    /// Has the recorder look, though there may be nothing.
    func nudge() {
        arrival.yield()
    }

    var count: Int { entries.withLockedValue { $0.count } }

    func take() -> [Entry] {
        entries.withLockedValue { entries in
            defer { entries.removeAll(keepingCapacity: true) }
            return entries
        }
    }

    func finish() {
        arrival.finish()
    }
}

/// What became of a claimed row and is not in the database yet.
struct OutcomeEntry: Sendable {
    let lease: ClaimedRequest.Lease
    let settlement: Settlement
    let at = ContinuousClock.now
}

typealias Outcomes = Gathering<OutcomeEntry>

extension Outcomes {
    func add(_ lease: ClaimedRequest.Lease, _ settlement: Settlement) {
        add(CollectionOfOne(OutcomeEntry(lease: lease, settlement: settlement)))
    }
}
