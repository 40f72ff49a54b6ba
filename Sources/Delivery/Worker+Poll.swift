import Logging
import Postgres

extension Worker {
    /// Once a poll interval: a look for work that no notification told of, silent daemons' rows, idle sessions, and
    /// whether notifications still come through.
    func poll() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.pollInterval)
            wake.yield()
            await courier.retireIdle()
            do {
                let rescued = try await Rescue(session: session, lease: settings.lease).ofSilent(on: pool)
                if rescued.count > 0 {
                    logger.warning("rescued rows of daemons that fell silent", metadata: ["count": "\(rescued.count)"])
                    notify(.rescued(rescued.count))
                    settled.add(rescued.parked.lazy.map { SettledRequest.Mark(id: $0) })
                    wake.yield()
                }
                try await ping.send(on: pool)
            } catch {
                // A database that is away is the heartbeat's to complain about.
                logger.debug("polling failed", metadata: ["error": "\(String(reflecting: error))"])
            }
        }
    }

    /// Once an hour, beginning some minutes after the start: what is older than the retention goes.
    func purge() async {
        var pause: Duration = .seconds(300)
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            pause = .seconds(3600)
            do {
                let count = try await Purge(days: settings.retentionDays)(on: pool)
                if count > 0 { logger.info("purged old requests", metadata: ["count": "\(count)"]) }
                try await SignInPurge()(on: pool)
                let entries = try await AuditPurge(days: settings.auditDays)(on: pool)
                if entries > 0 { logger.info("purged the old audit trail", metadata: ["count": "\(entries)"]) }
            } catch {
                logger.warning(
                    "purging failed; trying again in an hour", metadata: ["error": "\(String(reflecting: error))"])
            }
        }
    }

    /// LISTENs on a connection of its own and wakes the claim; a lost one is made again. Without it the poll serves.
    ///
    /// - Parameter database: nil when there is none that can be listened to (PgBouncer in transaction mode).
    func listen(to database: Database?) async {
        guard let database else { return }
        var failures = 0
        while !Task.isCancelled {
            do {
                let connection = try await Connection.open(database)
                let notifications = try await connection.notifications(on: ["resetd_outbox", ping.channel])
                failures = 0
                // What was inserted while nobody listened.
                wake.yield()
                await withTaskGroup { group in
                    group.addTask {
                        for await channel in notifications {
                            if channel == ping.channel { ping.arrived() } else { wake.yield() }
                        }
                    }
                    group.addTask { await ping.waitUntilLost() }
                    await group.next()
                    group.cancelAll()
                }
                if !Task.isCancelled {
                    logger.warning("notifications no longer come through; listening anew")
                    notify(.listeningAnew)
                }
            } catch {
                failures += 1
                if failures == 1 {
                    logger.warning(
                        "cannot listen for new requests; polling", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
            try? await Task.sleep(for: Retry.pause(after: failures))
        }
    }
}
