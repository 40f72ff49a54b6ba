internal import NIOConcurrencyHelpers
internal import NIOCore

/// A mail as a ``ScriptedRelay`` took it over.
package struct ReceivedMail: Sendable, Equatable {
    package let connection: Int
    /// As in MAIL and RCPT, without brackets.
    package let sender: String
    package let recipients: [String]
    /// Without dot-stuffing, the last line's end included.
    package let content: [UInt8]

    package var text: String { String(decoding: content, as: UTF8.self) }
}

/// What has happened so far at a ``ScriptedRelay``.
package struct RelayHistory: Sendable {
    /// Accepted mails, in the order of their dots' answers.
    package fileprivate(set) var mails: [ReceivedMail] = []
    /// All command lines of all connections, in the order of their coming; contents and AUTH's secrets are not among them.
    package fileprivate(set) var commands: [String] = []
    /// Connections since the start.
    package fileprivate(set) var connections = 0
    /// Connections open now.
    package fileprivate(set) var open = 0
    /// How many dots waited for their answers at the same time, at most.
    package fileprivate(set) var greatestOverlap = 0
    /// Most commands that came in one read, which pipelining makes more than one.
    package fileprivate(set) var largestGroup = 0

    fileprivate var waiting = 0
}

/// The relay's memory, shared by its event loops and its test.
final class ScriptedRelayRecord: Sendable {
    private struct Waiter {
        let condition: @Sendable (RelayHistory) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var history = RelayHistory()
        var script: RelayScript
        var channels: [Int: any Channel] = [:]
        var held: [@Sendable () -> Void] = []
        var isReleased = false
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state: NIOLockedValueBox<State>

    init(script: RelayScript) {
        state = NIOLockedValueBox(State(script: script))
    }

    var history: RelayHistory { state.withLockedValue { $0.history } }

    var script: RelayScript {
        get { state.withLockedValue { $0.script } }
        set { state.withLockedValue { $0.script = newValue } }
    }

    var channels: [any Channel] { state.withLockedValue { Array($0.channels.values) } }

    func opened(_ channel: any Channel) -> Int {
        change { state in
            state.history.connections += 1
            state.history.open += 1
            state.channels[state.history.connections] = channel
            return state.history.connections
        }
    }

    func closed(_ connection: Int, isWaiting: Bool) {
        change { state in
            state.history.open -= 1
            if isWaiting { state.history.waiting -= 1 }
            state.channels[connection] = nil
        }
    }

    func took(command: String, group: Int) {
        change { state in
            state.history.commands.append(command)
            state.history.largestGroup = max(state.history.largestGroup, group)
        }
    }

    func dotCame() {
        change { state in
            state.history.waiting += 1
            state.history.greatestOverlap = max(state.history.greatestOverlap, state.history.waiting)
        }
    }

    func dotAnswered() {
        change { $0.history.waiting -= 1 }
    }

    func accepted(_ mail: ReceivedMail) {
        change { $0.history.mails.append(mail) }
    }

    /// Runs `work` at the next release, or at once if there was one.
    func hold(_ work: @escaping @Sendable () -> Void) {
        let isReleased = state.withLockedValue { state in
            if !state.isReleased { state.held.append(work) }
            return state.isReleased
        }
        if isReleased { work() }
    }

    func release() {
        let held = state.withLockedValue { state in
            state.isReleased = true
            defer { state.held = [] }
            return state.held
        }
        for work in held { work() }
    }

    func wait(until condition: @escaping @Sendable (RelayHistory) -> Bool) async throws {
        let key = state.withLockedValue { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isDone = state.withLockedValue { state in
                    if condition(state.history) || Task.isCancelled { return true }
                    state.waiters[key] = Waiter(condition: condition, continuation: continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLockedValue { $0.waiters.removeValue(forKey: key) }?.continuation.resume(
                throwing: CancellationError())
        }
        try Task.checkCancellation()
    }

    private func change<Result>(_ body: (inout State) -> Result) -> Result where Result: Sendable {
        let (result, done) = state.withLockedValue { state in
            let result = body(&state)
            let keys = state.waiters.filter { $0.value.condition(state.history) }.map(\.key)
            return (result, keys.compactMap { state.waiters.removeValue(forKey: $0)?.continuation })
        }
        for continuation in done { continuation.resume() }
        return result
    }
}
