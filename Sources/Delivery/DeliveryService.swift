package import Logging
import PasswordReset
package import Postgres
import SMTP
import ServiceLifecycle

/// The worker: claims, mints, composes, delivers and records, in batches, until it is told to stop.
///
///     wake ──▶ claim ──▶ mint ──▶ compose ──▶ shelf ──▶ sessions ──▶ outcomes ──▶ record
///
/// Each step works while the others do, a few batches in flight in all; no transaction is open while mails are sent. At a
/// stop nothing more is claimed or started, what is on the wire is finished within ``DeliverySettings/drain``, outcomes
/// are recorded, and the rest is given back.
package struct DeliveryService: Service {
    private let control: DeliveryControl
    private let notifications: Database?
    private let pool: Pool
    private let clock: DatabaseClock
    private let state: StateDirectory?
    private let signOfLife: Duration?
    private let logger: Logger
    private let notify: @Sendable (DeliveryEvent) -> Void

    /// - Parameters:
    ///   - notifications: where to LISTEN; nil to poll only.
    ///   - state: what the last start of this daemon left; nil to do without.
    ///   - signOfLife: how often ``DeliveryEvent/alive`` is to be told; nil where nobody watches.
    ///   - notify: told what happens, on any thread.
    package init(
        control: DeliveryControl, notifications: Database?, pool: Pool, clock: DatabaseClock,
        state: StateDirectory?, signOfLife: Duration? = nil, logger: Logger,
        notify: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        self.control = control
        self.notifications = notifications
        self.pool = pool
        self.clock = clock
        self.state = state
        self.signOfLife = signOfLife
        self.logger = logger
        self.notify = notify
    }

    package func run() async throws {
        let settled = Gathering<SettledRequest.Mark>()
        guard let (session, journal) = await openSession(settled) else { return }
        logger.info("worker started", metadata: ["session": "\(session.number)"])
        let worker = Worker(
            control: control, session: session, journal: journal, settled: settled, pool: pool, clock: clock,
            logger: logger, notify: notify)
        // No child of the group: a session that waits for a relay's last answer is not waited for after the drain.
        Task { await worker.sendMails() }
        await withDiscardingTaskGroup { group in
            group.addTask { await worker.recordOutcomes() }
            group.addTask { await worker.tellSettled() }
            group.addTask { await worker.keepAlive() }
            group.addTask { await worker.poll() }
            group.addTask { await worker.purge() }
            group.addTask { await worker.showLife(every: signOfLife) }
            group.addTask { await worker.listen(to: notifications) }
            async let composing: Void = worker.composeClaimed()
            await worker.claimUntilStopped()
            await composing
            await worker.drain()
            group.cancelAll()
        }
        // After the last heartbeat, which would bring the session back.
        await worker.giveBack()
        logger.info("worker stopped")
    }

    /// A session number, as soon as the database can give one; nil when the daemon was stopped before.
    ///
    /// A predecessor that left rows behind (its number lies in the state directory, which only one daemon can hold) is
    /// relieved of them at once, after what its journal knows has been told to the database. A death on the way leaves
    /// number and journal as they were, and the next start does it again. The new number is written down before the
    /// first claim.
    /// - Parameter settled: takes what came to its end by it.
    private func openSession(_ settled: Gathering<SettledRequest.Mark>) async -> (DaemonSession, Journal?)? {
        let journaled = state?.journaled()
        if journaled?.isWhole == false {
            logger.warning(
                "the outcome journal is damaged; what could be read counts, the file is set aside as outcomes.damaged")
        }
        return await startSession(
            after: journaled?.records ?? [], isWhole: journaled?.isWhole ?? true, settled: settled)
    }

    private func startSession(
        after journaled: [Journal.Record], isWhole: Bool, settled: Gathering<SettledRequest.Mark>
    ) async -> (DaemonSession, Journal?)? {
        await Retry.untilItWorks(or: "worker cannot start", logger: logger) {
            notify(.alive)
            let session = try await DaemonSession.open(lease: control.settings.lease, clock: clock, on: pool)
            let replayed = try await Replay()(journaled, on: pool)
            if !replayed.isEmpty {
                logger.notice(
                    "told the database of mails sent before the stop", metadata: ["count": "\(replayed.count)"])
                settled.add(replayed.lazy.map { SettledRequest.Mark(id: $0) })
            }
            if let predecessor = try state?.previousSession() {
                let rescue = Rescue(session: session, lease: control.settings.lease)
                let rescued = try await rescue.ofPredecessor(predecessor, on: pool)
                if rescued.count > 0 { notify(.rescued(rescued.count)) }
                settled.add(rescued.parked.lazy.map { SettledRequest.Mark(id: $0) })
            }
            try state?.write(session: session.number)
            return (session, try state?.newJournal(isWhole: isWhole))
        }
    }
}
