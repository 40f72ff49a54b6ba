internal import NIOConcurrencyHelpers

/// Our own work on a request took too long.
struct DeadlinePassed: Error {}

/// Ends the wait for work that takes too long. One task looks after all that is under way: a timer for each request would
/// cost more than most of the work.
final class Deadlines: Sendable {
    private struct Entry {
        let at: ContinuousClock.Instant
        let pass: @Sendable () -> Void
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var latest = 0
        var isWatched = false
    }

    private let limit: Duration
    private let state = NIOLockedValueBox(State())

    init(limit: Duration) {
        self.limit = limit
    }

    /// What `work` comes to, or ``DeadlinePassed``.
    ///
    /// The work is cancelled then, but not waited for: a call into the database may not notice, and must not keep the
    /// person waiting. So its effect is unknown, as with a lost connection: a redeemed link says so when it is tried again.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let outcome = FirstOutcome<Value>()
        let worker = Task {
            do { outcome.settle(.success(try await work())) } catch { outcome.settle(.failure(error)) }
        }
        let entry = add { outcome.settle(.failure(DeadlinePassed())) }
        defer {
            state.withLockedValue { $0.entries[entry] = nil }
            worker.cancel()
        }
        return try await withTaskCancellationHandler {
            try await outcome.value
        } onCancel: {
            outcome.settle(.failure(CancellationError()))
        }
    }

    private func add(_ pass: @escaping @Sendable () -> Void) -> Int {
        let at = ContinuousClock.now + limit
        let (number, isWatched) = state.withLockedValue { state in
            state.latest += 1
            state.entries[state.latest] = Entry(at: at, pass: pass)
            defer { state.isWatched = true }
            return (state.latest, state.isWatched)
        }
        if !isWatched { Task { await watch() } }
        return number
    }

    /// Until nothing is under way; an eighth of the limit is late enough.
    private func watch() async {
        while true {
            try? await Task.sleep(for: limit / 8)
            let now = ContinuousClock.now
            let (late, isIdle) = state.withLockedValue { state in
                let late = state.entries.filter { $0.value.at <= now }
                for number in late.keys { state.entries[number] = nil }
                state.isWatched = !state.entries.isEmpty
                return (late, state.entries.isEmpty)
            }
            for entry in late.values { entry.pass() }
            if isIdle { return }
        }
    }
}

/// The first of several outcomes; what comes after it counts for nothing.
private final class FirstOutcome<Value: Sendable>: Sendable {
    private enum State {
        case none
        case awaited(CheckedContinuation<Value, any Error>)
        case settled(Result<Value, any Error>)
    }

    private let state = NIOLockedValueBox(State.none)

    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let settled: Result<Value, any Error>? = state.withLockedValue { state in
                    if case .settled(let result) = state { return result }
                    state = .awaited(continuation)
                    return nil
                }
                if let settled { continuation.resume(with: settled) }
            }
        }
    }

    func settle(_ result: Result<Value, any Error>) {
        let awaited: CheckedContinuation<Value, any Error>? = state.withLockedValue { state in
            switch state {
            case .settled: return nil
            case .none:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .settled(result)
                return continuation
            }
        }
        awaited?.resume(with: result)
    }
}
