import CPostgreSQL
import Dispatch

extension Connection {
    /// LISTENs on channels and answers each notification with its channel's name; ends when the connection is lost or the
    /// consumer stops. Payloads are not read: a notification says that there is work, the tables say which.
    ///
    /// The connection serves nothing else from then on. The source keeps the connection, and with it the socket, until
    /// the source is cancelled: libpq must not close a descriptor that is still watched.
    package func notifications(on channels: [String]) throws(PostgresError) -> AsyncStream<String> {
        for channel in channels {
            precondition(
                channel.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F },
                "a channel is a plain identifier")
            try execute(Statement(stringLiteral: "LISTEN \(channel)"))
        }
        // A few are as good as many: whoever is woken looks for all there is.
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(16))
        let source = DispatchSource.makeReadSource(fileDescriptor: unsafe PQsocket(handle.pointer), queue: queue)
        source.setEventHandler {
            self.assumeIsolated { connection in
                guard let channels = connection.consumeNotifications() else { return continuation.finish() }
                for channel in channels { continuation.yield(channel) }
            }
        }
        source.setCancelHandler { _ = self }
        continuation.onTermination = { _ in Task { await self.stopListening() } }
        source.activate()
        notificationSource = source
        // One that came with the answer to LISTEN has been read already: the socket will not say so.
        // And if that was the last word, libpq has closed the socket, and nothing will ever come.
        if let channels = consumeNotifications() {
            for channel in channels { continuation.yield(channel) }
        } else {
            continuation.finish()
        }
        return stream
    }

    private func stopListening() {
        notificationSource?.cancel()
        notificationSource = nil
    }

    /// The channels of what came in, each once; nil when the connection is lost.
    private func consumeNotifications() -> Set<String>? {
        guard unsafe PQconsumeInput(handle.pointer) == 1, handle.isAlive else { return nil }
        var channels: Set<String> = []
        while let notification = unsafe PQnotifies(handle.pointer) {
            unsafe channels.insert(String(cString: notification.pointee.relname))
            unsafe PQfreemem(notification)
        }
        return channels
    }
}
