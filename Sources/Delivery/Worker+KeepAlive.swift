import Logging
import Postgres

extension Worker {
    /// The heartbeat, five times a lease, and once a poll the chores: silent daemons' rows, idle sessions, a look for
    /// work that no notification told of. It goes on while the worker drains, so that nobody rescues what it finishes.
    func keepAlive() async {
        let interval = min(settings.lease / 5, settings.pollInterval)
        var polledAt = ContinuousClock.now
        var failures = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: failures > 0 ? min(interval, Retry.pause(after: failures)) : interval)
            do {
                try await session.beat(on: pool)
                if failures > 0 { recovered() }
                failures = 0
                if polledAt + settings.pollInterval <= .now {
                    polledAt = .now
                    let count = try await Rescue(session: session, lease: settings.lease).ofSilent(on: pool)
                    if count > 0 {
                        logger.warning("rescued rows of daemons that fell silent", metadata: ["count": "\(count)"])
                        notify(.rescued(count))
                    }
                    await courier.retireIdle()
                    wake.yield()
                }
            } catch {
                failures += 1
                if failures == 1 { troubled("the heartbeat", error) }
            }
        }
    }

    /// LISTENs on a connection of its own and wakes the claim; a lost one is made again. Without it the poll serves.
    func listen(to database: Database) async {
        guard !database.isPooled else { return }
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
                    logger.warning("cannot listen for new requests; polling", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
            try? await Task.sleep(for: Retry.pause(after: failures))
        }
    }
}
