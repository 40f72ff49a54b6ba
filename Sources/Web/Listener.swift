internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// One socket that listens, and the connections that come by it.
struct Listener: Sendable {
    let address: ListenAddress
    let setup: ConnectionSetup
    let limits: TimeLimits
    let maximumConnections: Int
    let logger: Logger

    /// Connections that the kernel keeps until we accept them (listen(2)); it cuts this to `net.core.somaxconn`.
    private static let backlog: CInt = 1024

    /// Accepts connections until the daemon shuts down; returns when all are closed.
    ///
    /// At shutdown no new ones are accepted, idle ones are closed, and a request under way gets its answer, up to
    /// ``TimeLimits/shutdown``.
    ///
    /// - Parameter onListening: is told where, with the port that was taken.
    func run(onListening: @Sendable (String) async -> Void) async throws {
        guard let server = try await bind() else { return }
        let table = ConnectionTable(maximum: maximumConnections)
        let text = Self.describe(server.channel, address)
        logger.info(
            "listening",
            metadata: [LogKey.address: "\(text)", LogKey.connections: "\(maximumConnections)"])
        await onListening(text)
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { await serve(connection, table) }
                    }
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
        if case .unix(let path) = address { UnixSocket.remove(path) }
    }

    private func serve(_ connection: Connection, _ table: ConnectionTable) async {
        guard await table.admit(connection.channel, connection.activity) else {
            return await setup.turnAway(connection)
        }
        let channel = connection.channel
        let limit = TimeAmount(limits.shutdown)
        await withGracefulShutdownHandler {
            await setup.serve(connection)
        } onGracefulShutdown: {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        }
        await table.leave(channel)
    }

    private func bind() async throws -> NIOAsyncChannel<Connection, Never>? {
        let setup = setup
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: Self.backlog)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
        switch address {
        case .off: return nil
        case .tcp(let host, let port):
            return try await bootstrap.serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port) { setup.open($0) }
        case .unix(let path):
            try await UnixSocket.removeStale(path)
            let server = try await bootstrap.bind(unixDomainSocketPath: path) { setup.open($0) }
            try UnixSocket.allowGroup(path)
            return server
        case .systemd:
            return try await bootstrap.bind(try SystemdSocket.first()) { setup.open($0) }
        }
    }

    private static func describe(_ channel: any Channel, _ address: ListenAddress) -> String {
        if let local = channel.localAddress, let ip = local.ipAddress, let port = local.port {
            return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
        }
        return if case .unix(let path) = address { "unix:\(path)" } else { "systemd" }
    }
}
