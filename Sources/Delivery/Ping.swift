import NIOConcurrencyHelpers
import Postgres

/// A notification that a worker sends to itself: the one proof that a listening connection which says nothing is quiet and
/// not cut. One that has not come back when the next is due is lost.
struct Ping: Sendable {
    private struct State {
        var isUnderWay = false
        var isListening = false
    }

    let channel: String
    private let state = NIOLockedValueBox(State())
    private let losses: AsyncStream<Void>
    private let loss: AsyncStream<Void>.Continuation

    init(session: Int64) {
        channel = "resetd_ping_\(session)"
        (losses, loss) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func send(on pool: Pool) async throws {
        let (isListening, isLost) = state.withLockedValue { state in
            defer { state.isUnderWay = state.isListening }
            return (state.isListening, state.isUnderWay)
        }
        if isLost { loss.yield() }
        if isListening { try await pool.execute("SELECT pg_notify(\(channel), '')") }
    }

    func arrived() {
        state.withLockedValue { $0.isUnderWay = false }
    }

    /// Returns when a ping did not come back, or the task is cancelled.
    func waitUntilLost() async {
        state.withLockedValue { $0 = State(isUnderWay: false, isListening: true) }
        for await _ in losses { break }
        state.withLockedValue { $0 = State() }
    }
}
