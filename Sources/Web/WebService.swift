package import Accounts
package import Logging
internal import ServiceLifecycle

/// The public listener: the pages and the JSON interface, as a service of the daemon.
package struct WebService: Service {
    private let settings: WebSettings
    private let site: Site
    private let logger: Logger
    private let onListening: @Sendable (String) async -> Void

    /// - Parameters:
    ///   - console: nil for a daemon without the administration console.
    ///   - onListening: is told once where people can connect, such as `127.0.0.1:8080`, `unix:/run/resetd/web` or
    ///     `systemd`; never when ``WebSettings/listen`` is off.
    /// - Throws: when a built-in template is broken.
    package init(
        settings: WebSettings, links: ResetLinks, attempts: Attempts, requests: RequestWriter,
        console: ConsoleDesk? = nil, logger: Logger,
        onListening: @escaping @Sendable (String) async -> Void = { _ in }
    ) throws {
        try self.init(
            settings: settings, flow: AccountsFlow(links: links, attempts: attempts, requests: requests),
            console: console, logger: logger, onListening: onListening)
    }

    /// The same over any flow, for tests.
    package init(
        settings: WebSettings, flow: any ResetFlow, console: ConsoleDesk? = nil, logger: Logger,
        onListening: @escaping @Sendable (String) async -> Void = { _ in }
    ) throws {
        self.settings = settings
        site = try Site(settings, flow: flow, console: console)
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown or cancellation; off, it only waits, since a service that ends ends the daemon.
    ///
    /// - Throws: when the address cannot be listened on.
    package func run() async throws {
        guard settings.listen != .off else { return try await gracefulShutdown() }
        WebMetrics.begin()
        let listener = Listener(
            address: settings.listen,
            setup: ConnectionSetup(site: site, limits: settings.timeLimits, logger: logger),
            limits: settings.timeLimits, maximumConnections: settings.maxConnections, logger: logger)
        try await listener.run(onListening: onListening)
    }
}
