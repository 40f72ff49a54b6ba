import Logging
import NIOConcurrencyHelpers
import Operations
import Postgres
import Schema
import ServiceLifecycle

/// Watches the database: nothing is mailed before its schema is known to be ours, and readiness says how it is.
///
/// A database that is away is waited for; a schema that is too old, too new or altered ends the daemon with one line.
struct SchemaGate: Service {
    let pool: Pool
    let clock: DatabaseClock
    let health: Health
    let notifier: SystemdNotifier
    let logger: Logger

    private let opened: AsyncStream<Void>
    private let open: AsyncStream<Void>.Continuation

    private static let interval: Duration = .seconds(2)

    init(pool: Pool, clock: DatabaseClock, health: Health, notifier: SystemdNotifier, logger: Logger) {
        self.pool = pool
        self.clock = clock
        self.health = health
        self.notifier = notifier
        self.logger = logger
        (opened, open) = AsyncStream.makeStream()
        health.set("database", .unavailable, "not reached yet")
        health.set("schema", .unavailable, "not looked at yet")
    }

    /// Returns when the schema is ours, or a stop is under way.
    func wait() async {
        for await _ in opened.cancelOnGracefulShutdown() { return }
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var isOpen = false
            var isAway = false
            while !Task.isCancelled {
                do {
                    try await readClock(pool, asPrimary: isOpen)
                    if !isOpen {
                        DaemonMetrics.schema(
                            version: try await pool.withConnection { try await Migrator().requireCurrent($0) })
                        health.set("schema", .ok)
                        await warnIfSuperuser(pool)
                        isOpen = true
                        open.finish()
                        notifier.ready()
                        notifier.status("serving")
                    }
                    health.set("database", .ok)
                    if isAway { logger.notice("the database is back") }
                    isAway = false
                } catch let error as PostgresError {
                    health.set("database", .unavailable, error.description)
                    if !isAway {
                        logger.error(
                            "the database cannot be used; trying again",
                            metadata: ["error": "\(error.debugDescription)"])
                    }
                    isAway = true
                }
                try? await Task.sleep(for: isAway ? .seconds(1) : Self.interval)
            }
        }
        notifier.stopping()
    }

    /// Proves that the database answers, and tells the pages its time: they judge links by it even where no worker runs.
    ///
    /// - Parameter asPrimary: that it takes changes, too. A statement that could write is refused by a server that is
    ///   read-only, though it finds nothing to do.
    private func readClock(_ pool: Pool, asPrimary: Bool) async throws {
        let now: Statement = "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now"
        let writing: Statement = "WITH nothing AS (DELETE FROM resetd.session WHERE false) \(now)"
        let rows = try await pool.execute(asPrimary ? writing : now)
        if let row = rows.first { clock.observe(try row.get("now")) }
    }

    private func warnIfSuperuser(_ pool: Pool) async {
        let rows = try? await pool.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if (try? rows?.first?.get("rolsuper", as: Bool.self)) == true {
            logger.warning("the database role is a superuser; expected one that may only use resetd's schema")
        }
    }
}

/// A service that begins when the schema is known to be ours.
struct Gated<Inner: Service>: Service {
    let gate: SchemaGate
    let service: Inner

    func run() async throws {
        await gate.wait()
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        try await service.run()
    }
}
