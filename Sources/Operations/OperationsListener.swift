package import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore

/// The listener for operators: `/health/live`, `/health/ready` and `/metrics`, apart from the public pages.
///
/// It knows nobody and asks nobody; ``Health`` and ``MetricsRegistry`` were told before the request came, so that an
/// answer never waits for a database or relay that is in trouble.
package struct OperationsListener: Sendable {
    private let address: OperationsAddress
    private let responder: OperationsResponder
    private let logger: Logger

    /// Describes the listener; nothing is bound before the application runs.
    package init(address: OperationsAddress, health: Health, metrics: MetricsRegistry, logger: Logger) {
        self.address = address
        // The server says by itself that it listens; whoever runs it says so, too, and once is enough.
        var logger = logger
        logger.logLevel = max(logger.logLevel, .notice)
        self.logger = logger
        responder = OperationsResponder(health: health, metrics: metrics)
    }

    /// The service to run, or nil when the address is `off`.
    ///
    /// It ends at graceful shutdown, after the answers under way. A stale Unix socket is replaced. Running it throws
    /// when the address cannot be bound.
    ///
    /// - Parameter onBound: called with the port, once, when the listener accepts; the port is nil for a Unix socket.
    package func application(
        onBound: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) -> Application<OperationsResponder>? {
        let bind: BindAddress
        switch address {
        case .off: return nil
        case .tcp(let host, let port): bind = .hostname(host, port: port)
        case .unix(let path): bind = .unixDomainSocket(path: path)
        }
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(15),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: bind, availableConnectionsDelegate: MaximumAvailableConnections(64)),
            onServerRunning: { await onBound($0.localAddress?.port) },
            logger: logger)
    }
}
