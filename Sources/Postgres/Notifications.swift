import CPostgreSQL
import Dispatch
import Glibc

extension Connection {
    /// LISTENs on channels and answers each notification with its channel's name; ends when the connection is lost or the
    /// consumer stops. Payloads are not read: a notification says that there is work, the tables say which.
    ///
    /// The connection serves nothing else from then on, and lives as long as it is watched.
    package func notifications(on channels: [String]) throws(PostgresError) -> AsyncStream<String> {
        for channel in channels {
            precondition(
                channel.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F },
                "a channel is a plain identifier")
            try execute(Statement(stringLiteral: "LISTEN \(channel)"))
        }
        // A few are as good as many: whoever is woken looks for all there is.
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(16))
        // libpq closes its socket as soon as it sees the end, and the number is anybody's from then on, while the source
        // still has it. So a descriptor of our own is watched, and closed when the source is done with it.
        let watched = fcntl(unsafe PQsocket(handle.pointer), F_DUPFD_CLOEXEC, 0)
        guard watched >= 0 else { throw PostgresError(.connectionLost, "the socket cannot be watched") }
        let source = DispatchSource.makeReadSource(fileDescriptor: watched, queue: queue)
        source.setEventHandler {
            self.assumeIsolated { connection in
                guard let channels = connection.consumeNotifications() else { return continuation.finish() }
                for channel in channels { continuation.yield(channel) }
            }
        }
        source.setCancelHandler { close(watched) }
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
        // To the end: of a socket that was closed libdispatch tells once, together with the last words.
        guard readPending() else { return nil }
        var channels: Set<String> = []
        while let notification = unsafe PQnotifies(handle.pointer) {
            unsafe channels.insert(String(cString: notification.pointee.relname))
            unsafe PQfreemem(notification)
        }
        return channels
    }
}
