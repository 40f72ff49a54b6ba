/// Our own work on a request took too long.
struct DeadlinePassed: Error {}

/// What `work` comes to, or ``DeadlinePassed``.
///
/// The work is cancelled then, but not waited for: a call into the database may not notice, and must not keep the person
/// waiting. So its effect is unknown, as with a lost connection: a redeemed link says so when it is tried again.
func withDeadline<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let (results, continuation) = AsyncStream.makeStream(
        of: Result<Value, any Error>.self, bufferingPolicy: .bufferingOldest(1))
    let worker = Task {
        do {
            continuation.yield(.success(try await work()))
        } catch {
            continuation.yield(.failure(error))
        }
    }
    let alarm = Task {
        try await Task.sleep(for: limit)
        continuation.yield(.failure(DeadlinePassed()))
    }
    defer {
        worker.cancel()
        alarm.cancel()
        continuation.finish()
    }
    for await result in results { return try result.get() }
    throw CancellationError()
}
