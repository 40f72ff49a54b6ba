import Logging
import Postgres
import ServiceLifecycle

/// Tries again what the database's absence made fail.
enum Retry {
    private static let backoff: [Duration] = [
        .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2),
    ]

    /// The wait after so many failures: quick at first, for a restart is short, then every two seconds: a
    /// fail-over takes half a minute, and the mails that waited for it should not wait much longer.
    static func pause(after failures: Int) -> Duration {
        backoff[min(max(failures, 1), backoff.count) - 1]
    }

    /// The result of `body` as soon as it does not throw; nil when the task is cancelled or a stop is under way first.
    /// One line is logged for a trouble, not one for each try.
    static func untilItWorks<Value: Sendable>(
        or complaint: String, logger: Logger, _ body: () async throws -> Value
    ) async -> Value? {
        var failures = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                return try await body()
            } catch {
                failures += 1
                if failures == 1 {
                    logger.error("\(complaint)", metadata: ["error": "\(String(reflecting: error))"])
                }
                await sleep(pause(after: failures))
            }
        }
        return nil
    }

    /// Sleeps, or wakes early when the daemon is told to stop.
    static func sleep(_ duration: Duration) async {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    }
}
