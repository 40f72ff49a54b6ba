import CPostgreSQL
import Dispatch

extension Connection {
    /// LISTENs on a channel and answers each burst of notifications with one element; ends when the connection is lost
    /// or the consumer stops. Payloads are not read: a notification says that there is work, the tables say which.
    ///
    /// The connection serves nothing else from then on. The source keeps the connection, and with it the socket, until
    /// the source is cancelled: libpq must not close a descriptor that is still watched.
    package func notifications(on channel: StaticString) throws(PostgresError) -> AsyncStream<Void> {
        let name = String(describing: channel)
        precondition(
            name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }, "a channel is a plain identifier")
        try execute(Statement(stringLiteral: "LISTEN \(name)"))
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let source = DispatchSource.makeReadSource(fileDescriptor: unsafe PQsocket(handle.pointer), queue: queue)
        source.setEventHandler {
            self.assumeIsolated { connection in
                switch connection.consumeNotifications() {
                case .some(true): continuation.yield()
                case .some(false): break
                case .none: continuation.finish()
                }
            }
        }
        source.setCancelHandler { _ = self }
        continuation.onTermination = { _ in Task { await self.stopListening() } }
        source.activate()
        notificationSource = source
        return stream
    }

    private func stopListening() {
        notificationSource?.cancel()
        notificationSource = nil
    }

    /// Whether notifications came in; nil when the connection is lost.
    private func consumeNotifications() -> Bool? {
        guard unsafe PQconsumeInput(handle.pointer) == 1, handle.isAlive else { return nil }
        var any = false
        while let notification = unsafe PQnotifies(handle.pointer) {
            unsafe PQfreemem(notification)
            any = true
        }
        return any
    }
}
