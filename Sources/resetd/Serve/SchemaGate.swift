import Logging
import NIOConcurrencyHelpers
import Operations
import Postgres
import Schema
import ServiceLifecycle

/// Watches the database: nothing is mailed before its schema is known to be ours, and readiness says how it is.
///
/// A database that is away is waited for, and so is `resetd migrate` where an older schema is. No schema at all, a newer one
/// or an altered one ends the daemon with one line. A newer one that comes while it runs does not: migrations leave the
/// daemons of the version before them at work.
struct SchemaGate: Service {
    let pool: Pool
    let clock: DatabaseClock
    let health: Health
    let logger: Logger

    private let opened: AsyncStream<Void>
    private let open: AsyncStream<Void>.Continuation

    /// Called at every turn, a few seconds apart; slower only while the database takes its time.
    let onTurn: @Sendable () -> Void

    private static let interval: Duration = .seconds(2)

    init(
        pool: Pool, clock: DatabaseClock, health: Health, logger: Logger, onTurn: @escaping @Sendable () -> Void = {}
    ) {
        self.pool = pool
        self.clock = clock
        self.health = health
        self.logger = logger
        self.onTurn = onTurn
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
            var isOld = false
            while !Task.isCancelled {
                onTurn()
                do {
                    if !isOpen {
                        try await readClock(pool)
                        DaemonMetrics.schema(
                            version: try await pool.withConnection { try await Migrator().requireCurrent($0) })
                        await warnIfSuperuser(pool)
                    }
                    try await look(pool)
                    if !isOpen {
                        isOpen = true
                        open.finish()
                    }
                    health.set("database", .ok)
                    if isAway { logger.notice("the database is back") }
                    isAway = false
                } catch SchemaError.tooOld(let version, let wanted) {
                    let error = SchemaError.tooOld(at: version, wanted: wanted)
                    health.set("database", .ok)
                    health.set("schema", .unavailable, error.description)
                    if !isOld { logger.error("waiting for the schema", metadata: ["error": "\(error)"]) }
                    isOld = true
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
    }

    /// Proves that the database answers, and tells the pages its time: they judge links by it even where no worker runs.
    private func readClock(_ pool: Pool) async throws {
        let rows = try await pool.execute("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now")
        if let row = rows.first { clock.observe(try row.get("now")) }
    }

    /// The same, and that the database takes changes: a statement that could write is refused by a server that is
    /// read-only, though it finds nothing to do. And whether a newer resetd has been at the schema.
    private func look(_ pool: Pool) async throws {
        let rows = try await pool.execute(
            """
            WITH nothing AS (DELETE FROM resetd.session WHERE false)
            SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now,
                   (SELECT max(m.version) FROM resetd.migration AS m) AS version
            """)
        guard let row = rows.first else { return }
        clock.observe(try row.get("now"))
        let known = Migration.all.last?.version ?? 0
        let version = try row.optional("version", as: Int.self) ?? known
        guard version > known else {
            health.set("schema", .ok)
            return
        }
        let words = "at version \(version), which is newer than this resetd's \(known); upgrade it"
        if health.set("schema", .degraded, words) {
            logger.warning(
                "a newer resetd has migrated the database; going on, but a restart needs the newer one",
                metadata: ["version": "\(version)", "known": "\(known)"])
        }
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
