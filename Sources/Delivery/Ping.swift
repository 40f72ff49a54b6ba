import NIOConcurrencyHelpers
import Postgres

/// A notification that a worker sends to itself: the one proof that a listening connection which says nothing is quiet and
/// not cut. One that has not come back when the next is due is lost.
struct Ping: Sendable {
    private struct State {
        var isUnderWay = false
        /// Of the connection that listens now. One for each, since a sequence that was cancelled has ended for good.
        var loss: AsyncStream<Void>.Continuation?
    }

    let channel: String
    private let state = NIOLockedValueBox(State())

    init(session: Int64) {
        channel = "resetd_ping_\(session)"
    }

    func send(on pool: Pool) async throws {
        let (loss, isLost) = state.withLockedValue { state in
            defer { state.isUnderWay = state.loss != nil }
            return (state.loss, state.isUnderWay)
        }
        if isLost { loss?.yield() }
        if loss != nil { try await pool.execute("SELECT pg_notify(\(channel), '')") }
    }

    func arrived() {
        state.withLockedValue { $0.isUnderWay = false }
    }

    /// Returns when a ping did not come back, or the task is cancelled.
    func waitUntilLost() async {
        let (losses, loss) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLockedValue { $0 = State(isUnderWay: false, loss: loss) }
        for await _ in losses { break }
        state.withLockedValue { $0 = State() }
    }
}
