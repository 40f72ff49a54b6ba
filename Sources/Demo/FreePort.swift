internal import NIOCore
internal import NIOPosix

/// Loopback ports that nobody uses at this moment.
enum FreePort {
    /// Binds as many listeners as ports are wanted, all at once so that they differ, and closes them again.
    ///
    /// Somebody else may take one before the daemon does; it will say so, and the demonstration can be started again.
    static func find(_ count: Int) async throws -> [Int] {
        var channels: [any Channel] = []
        for _ in 0..<count {
            channels.append(
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0)
                    .get())
        }
        let ports = channels.compactMap { $0.localAddress?.port }
        for channel in channels { try await channel.close().get() }
        return ports
    }
}
