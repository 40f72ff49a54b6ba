import Logging
import Postgres

extension Worker {
    /// The heartbeat, five times a lease. It goes on while the worker drains, so that nobody rescues what it finishes.
    func keepAlive() async {
        var failures = 0
        while !Task.isCancelled {
            let interval = settings.lease / 5
            try? await Task.sleep(for: failures > 0 ? min(interval, Retry.pause(after: failures)) : interval)
            do {
                try await session.beat(on: pool)
                if failures > 0 { recovered() }
                failures = 0
            } catch {
                failures += 1
                if failures == 1 { troubled("the heartbeat", error) }
            }
        }
    }

    /// Once a poll interval: a look for work that no notification told of, silent daemons' rows, idle sessions.
    func poll() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.pollInterval)
            wake.yield()
            await courier.retireIdle()
            // A database that is away is the heartbeat's to complain about.
            guard let count = try? await Rescue(session: session, lease: settings.lease).ofSilent(on: pool), count > 0
            else { continue }
            logger.warning("rescued rows of daemons that fell silent", metadata: ["count": "\(count)"])
            notify(.rescued(count))
            wake.yield()
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
                let notifications = try await connection.notifications(on: "resetd_outbox")
                failures = 0
                // What was inserted while nobody listened.
                wake.yield()
                for await _ in notifications { wake.yield() }
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
