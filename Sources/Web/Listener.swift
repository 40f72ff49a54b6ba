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

    /// Bytes of one read: a head that browsers send fits.
    private static let readSize = 4096

    /// Accepts connections until the daemon shuts down; returns when all are closed.
    ///
    /// At shutdown no new ones are accepted, idle ones are closed, and a request under way gets its answer, up to
    /// ``TimeLimits/shutdown``.
    ///
    /// - Parameter onListening: is told where, with the port that was taken.
    func run(onListening: @Sendable (String) async -> Void) async throws {
        let table = ConnectionTable(maximum: maximumConnections)
        let open = OpenConnections()
        let listening: (any Channel)?
        do {
            listening = try await bind(table) { connection in
                open.add(connection) {
                    await serve($0, table)
                } turnAway: {
                    await setup.turnAway($0)
                }
            }
        } catch {
            throw ListenFailure(address: address, reason: (error as? IOError).map { "\($0)" } ?? "\(error)")
        }
        guard let server = listening else { return }
        let text = Self.describe(server, address)
        logger.info(
            "listening",
            metadata: [LogKey.address: "\(text)", LogKey.connections: "\(maximumConnections)"])
        await onListening(text)
        // Ends with an error when the service is cancelled instead; the way out is the same.
        try? await gracefulShutdown()
        await Self.close(server)
        open.close(within: TimeAmount(limits.shutdown))
        await open.waitUntilGone()
        if case .unix(let path) = address { UnixSocket.remove(path) }
    }

    /// Accepts nothing more, and closes the listening socket when all that was accepted has been set up: a connection that
    /// has not been by then, NIO would close without a word. Its own event loop sets it up, and the listener's takes it on.
    private static func close(_ server: any Channel) async {
        try? await server.setOption(.autoRead, value: false).get()
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try? await loop.submit {}.get() }
        try? await server.eventLoop.submit {}.get()
        try? await server.close().get()
    }

    private func serve(_ connection: Connection, _ table: ConnectionTable) async {
        guard table.admit(connection.channel, connection.activity) else {
            return await setup.turnAway(connection)
        }
        await setup.serve(connection)
        table.leave(connection.channel)
    }

    /// - Parameter accept: is given each connection on its event loop, as soon as it is set up.
    private func bind(
        _ table: ConnectionTable, _ accept: @escaping @Sendable (Connection) -> Void
    ) async throws -> (any Channel)? {
        let setup = setup
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: Self.backlog)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            // What a connection keeps for its next read; by itself NIO lets that grow to 64 KiB with what a client sends.
            .childChannelOption(
                ChannelOptions.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readSize)
            )
            .childChannelInitializer { setup.open($0, table).map(accept) }
        switch address {
        case .off: return nil
        case .tcp(let host, let port):
            return try await bootstrap.serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
        case .unix(let path):
            try await UnixSocket.removeStale(path)
            let server = try await bootstrap.bind(unixDomainSocketPath: path).get()
            try UnixSocket.allowGroup(path)
            return server
        case .systemd:
            return try await bootstrap.withBoundSocket(try SystemdSocket.first()).get()
        }
    }

    private static func describe(_ channel: any Channel, _ address: ListenAddress) -> String {
        if let local = channel.localAddress, let ip = local.ipAddress, let port = local.port {
            return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
        }
        return if case .unix(let path) = address { "unix:\(path)" } else { "systemd" }
    }
}
