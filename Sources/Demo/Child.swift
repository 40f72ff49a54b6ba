internal import NIOConcurrencyHelpers
internal import Subprocess

/// A program that runs beside us until we stop it: the cluster, the daemon.
///
/// It runs in a task of its own, so that cancelling the demonstration stops the children in our order, not all at once:
/// a daemon whose database goes first would complain, and wait.
final class Child: Sendable {
    private struct State: Sendable {
        var isRunning = true
        var lines: [String] = []
    }

    /// Lines of its output that are kept.
    private static let kept = 200

    private let state = NIOLockedValueBox(State())
    private let task: Task<Void, Never>
    private let stopping: AsyncStream<Void>.Continuation

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - program: what to run; one that cannot be started is one that has ended, with the reason as its last line.
    ///   - signal: what tells it to end; SIGKILL follows after ``patience``.
    ///   - patience: how long it may take to end.
    init(_ program: Program, stopBy signal: Signal, patience: Duration) {
        let (stops, stopping) = AsyncStream<Void>.makeStream()
        self.stopping = stopping
        let state = state
        task = Task.detached {
            do {
                let result = try await run(
                    .name("sh"), arguments: program.shellArguments, environment: program.environment,
                    platformOptions: program.options, input: .none, output: .sequence, error: .combinedWithOutput
                ) { execution in
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask {
                            // The output ends when the program does, and tells us so.
                            do {
                                for try await line in execution.standardOutput.strings() { Self.keep(line, in: state) }
                            } catch {
                                Self.keep("the output of \(program.name) cannot be read: \(error)", in: state)
                            }
                        }
                        group.addTask {
                            guard await stops.first(where: { _ in true }) != nil else { return }
                            await execution.teardown(
                                using: [.send(signal: signal, allowedDurationToNextStep: patience)])
                        }
                        await group.next()
                        group.cancelAll()
                    }
                }
                Self.keep("\(program.name) ended: \(result.terminationStatus)", in: state)
            } catch {
                Self.keep("\(program.path) cannot be run: \(error)", in: state)
            }
            state.withLockedValue { $0.isRunning = false }
        }
    }

    /// Whether it runs still.
    var isRunning: Bool {
        state.withLockedValue { $0.isRunning }
    }

    /// The last lines that it printed, oldest first.
    func lastLines(_ count: Int) -> [String] {
        state.withLockedValue { Array($0.lines.suffix(count)) }
    }

    /// Tells it to end, and waits until it has; also in a cancelled task, and more than once.
    func stop() async {
        stopping.yield()
        await task.value
    }

    private static func keep(_ line: String, in state: NIOLockedValueBox<State>) {
        let line = line.last?.isNewline == true ? String(line.dropLast()) : line
        state.withLockedValue { state in
            state.lines.append(line)
            if state.lines.count > kept { state.lines.removeFirst() }
        }
    }
}
