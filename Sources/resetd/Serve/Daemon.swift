import Accounts
import Delivery
import Foundation
import Logging
import Operations
import PasswordReset
import Postgres
import ServiceLifecycle
import UnixSignals
import Web

/// The services of one daemon, made from its settings, in the order in which they depend on each other.
struct Daemon {
    struct Parts {
        let worker: Bool
        let web: Bool
        let operations: Bool
    }

    private let services: [any Service]
    private let current: CurrentSettings
    private let announcements: Announcements
    private let logger: Logger

    /// - Parameter file: where SIGHUP reads the settings anew.
    /// - Throws: ``SettingError`` for whatever cannot work, before anything is bound or connected.
    init(settings: Settings, file: String?, parts: Parts, metrics: MetricsRegistry, logger: Logger) throws {
        self.logger = logger
        current = try CurrentSettings(settings, file: file, hasWorker: parts.worker)
        let database = try settings.database()
        let notifier = SystemdNotifier(environment: ProcessInfo.processInfo.environment)
        let announcements = Announcements(notifier)
        self.announcements = announcements
        let hasPages = try parts.web && settings.web().listen != .off
        let health = Health(essential: hasPages ? ["database", "schema", "pages"] : ["database", "schema"]) {
            announcements.tell($0)
        }
        let observer = Observer(health: health, onAlive: { notifier.watchdog() })
        let clock = DatabaseClock()
        let watching = Pool(database, capacity: 1, observe: DaemonMetrics.pool("watch"))
        // The worker's sign of life is the daemon's. Without one the loop that remains gives it.
        let gate = SchemaGate(
            pool: watching, clock: clock, health: health, logger: logger,
            onTurn: { if !parts.worker { notifier.watchdog() } })
        DaemonMetrics.begin()

        var services: [any Service] = []
        if parts.operations {
            let listener = OperationsListener(
                address: try settings.operationsAddress(), health: health, metrics: metrics, logger: logger)
            let application = listener.application { port in
                logger.info("operations listener is up", metadata: ["port": "\(port ?? 0)"])
            }
            if let application { services.append(application) }
        }
        services.append(gate)
        if parts.operations {
            services.append(Gated(gate: gate, service: QueueWatch(pool: watching, logger: logger)))
        }
        // The worker's few statements must not wait behind a rush on the pages, so each has a pool of its own.
        if hasPages {
            services.append(
                try Self.web(settings, current, database: database, clock: clock, health: health, logger: logger))
        }
        if let control = current.delivery {
            services.append(
                Gated(
                    gate: gate,
                    service: try Self.worker(
                        settings, control, database: database, clock: clock, observer: observer,
                        signOfLife: notifier.watchdogInterval.map { $0 / Self.signs }, logger: logger)))
        }
        self.services = services
    }

    /// Signs of life that begin in the time in which one is due: what is left of it may be spent waiting for a database
    /// that has stopped answering.
    private static let signs = 5

    private static func web(
        _ settings: Settings, _ current: CurrentSettings, database: Database, clock: DatabaseClock, health: Health,
        logger: Logger
    ) throws -> WebService {
        let pool = Pool(database, capacity: 8, observe: DaemonMetrics.pool("web"))
        let requests = RequestWriter(pool: pool)
        let credentials = try settings.credentials(pool: pool, logger: logger, hashing: DaemonMetrics.hashing())
        let links = ResetLinks(credentials: credentials, keys: { current.keys }, clock: clock, requests: requests)
        let attempts = Attempts(credentials: credentials, lockout: try settings.lockout(), keys: { current.keys })
        var web = try settings.web()
        web.limits = { current.webLimits }
        web.looks = { current.looks }
        return try WebService(
            settings: web, links: links, attempts: attempts, requests: requests,
            console: ConsoleDesk(
                sessions: ConsoleSessions(attempts: attempts), credentials: credentials,
                directory: Directory(pool: pool)),
            logger: logger
        ) {
            address in
            logger.info("pages are up", metadata: ["address": "\(address)"])
            health.set("pages", .ok)
        }
    }

    private static func worker(
        _ settings: Settings, _ control: DeliveryControl, database: Database, clock: DatabaseClock, observer: Observer,
        signOfLife: Duration?, logger: Logger
    ) throws -> DeliveryService {
        if try settings.delivery().linkLifetime < .seconds(600) {
            logger.warning(
                "links live for less than ten minutes, and mails can take longer",
                metadata: ["setting": "link.lifetime"])
        }
        let shadow = try settings.shadow() != nil
        DaemonMetrics.shadow(shadow)
        if shadow {
            logger.warning("mails are written to files and not sent", metadata: ["setting": "worker.shadow"])
        }
        let state: StateDirectory?
        if let path = try settings.stateDirectory() {
            state = try StateDirectory(path)
        } else {
            state = nil
            logger.warning(
                "no state.directory: after a crash this daemon's mails wait for worker.lease before they go on")
        }
        return DeliveryService(
            control: control, notifications: try settings.notifications(),
            pool: Pool(database, capacity: 4, observe: DaemonMetrics.pool("worker")),
            clock: clock, state: state, signOfLife: signOfLife, logger: logger, notify: observer.observe)
    }

    func run() async throws {
        // Its debug lines print every service with all that is in it.
        var groupLogger = logger
        groupLogger.logLevel = max(logger.logLevel, .info)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: groupLogger))
        // No service of the group: a second signal comes while the group is already on its way out.
        let signals = Task { await answerSignals() }
        defer { signals.cancel() }
        try await group.run()
    }

    /// SIGHUP reads settings anew; the second SIGTERM or SIGINT ends the patience with what is on the wire.
    private func answerSignals() async {
        var stops = 0
        for await signal in await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint) {
            if signal == .sighup {
                await announcements.reloading { await current.reload(logger) }
            } else {
                announcements.stopping()
                stops += 1
                if stops == 2 { current.delivery?.hurry() }
            }
        }
    }
}
