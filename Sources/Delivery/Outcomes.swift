import NIOConcurrencyHelpers

/// What became of claimed rows and is not in the database yet. Sessions add on their own threads; one recorder takes all
/// that there is, so that a batch grows while the one before it commits.
final class Outcomes: Sendable {
    typealias Entry = (lease: ClaimedRequest.Lease, settlement: Settlement)

    private let entries = NIOLockedValueBox<[Entry]>([])
    /// One element whenever there is something to take; ends when no more will come.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ lease: ClaimedRequest.Lease, _ settlement: Settlement) {
        entries.withLockedValue { $0.append((lease, settlement)) }
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
