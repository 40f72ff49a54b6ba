internal import NIOConcurrencyHelpers
internal import NIOCore

/// The connections that are being served, each by a task of its own that begins where the connection is set up.
///
/// Not by a sequence of accepted connections: one that is set up at the moment at which the listener closes never comes
/// out of such a sequence, and NIO ends the process for an asynchronous channel that nobody took.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    /// Serves a connection, or turns it away when the listener is closing.
    func add(
        _ connection: Connection, serve: @escaping @Sendable (Connection) async -> Void,
        turnAway: @escaping @Sendable (Connection) async -> Void
    ) {
        let id = ObjectIdentifier(connection.channel)
        let isClosing = state.withLockedValue { state in
            if !state.isClosing { state.channels[id] = connection.channel }
            return state.isClosing
        }
        Task {
            guard !isClosing else { return await turnAway(connection) }
            await serve(connection)
            leave(id)
        }
    }

    /// Idle connections are closed, and a request under way gets its answer, within the limit.
    func close(within limit: TimeAmount) {
        let channels = state.withLockedValue { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        }
    }

    /// Returns when none is left; after ``close(within:)`` no new one comes.
    func waitUntilGone() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLockedValue { state in
                if !state.channels.isEmpty { state.waiting.append(continuation) }
                return state.channels.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }

    private func leave(_ id: ObjectIdentifier) {
        let waiting = state.withLockedValue { state in
            state.channels[id] = nil
            guard state.channels.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
