import Logging
import NIOConcurrencyHelpers
import PasswordReset
import Postgres
import SMTP
import ServiceLifecycle

/// What the tasks of one running worker share. Each task is a method, in a file named after the step.
struct Worker: Sendable {
    let control: DeliveryControl
    let session: DaemonSession
    let journal: Journal?
    let pool: Pool
    let clock: DatabaseClock
    let logger: Logger
    let notify: @Sendable (DeliveryEvent) -> Void

    let shadow: ShadowFolder?
    let shelf: Shelf
    let outcomes = Outcomes()
    /// At their end, and not yet told of.
    let settled: Gathering<SettledRequest.Mark>
    let courier: Courier
    let breaker = NIOLockedValueBox(Breaker())
    /// Claimed and not yet recorded.
    let inFlight = NIOLockedValueBox<Set<Int64>>([])
    /// Of these, what was claimed last while the relay was away.
    let probe = NIOLockedValueBox<Set<Int64>>([])
    /// From claiming to composing; what may lie here is bounded by what may be in flight.
    let claims: AsyncStream<([ClaimedRequest], epoch: Int)>
    let claimed: AsyncStream<([ClaimedRequest], epoch: Int)>.Continuation
    let ping: Ping
    let life = SignOfLife()
    /// Every reason to look for work, folded: a notification, room after recording, the end of a pause, the poll.
    let wakes: AsyncStream<Void>
    let wake: AsyncStream<Void>.Continuation

    var settings: DeliverySettings { control.settings }

    init(
        control: DeliveryControl, session: DaemonSession, journal: Journal?,
        settled: Gathering<SettledRequest.Mark>, pool: Pool, clock: DatabaseClock, logger: Logger,
        notify: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        self.control = control
        self.session = session
        self.journal = journal
        self.settled = settled
        self.pool = pool
        self.clock = clock
        self.logger = logger
        self.notify = notify
        ping = Ping(session: session.number)
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (claims, claimed) = AsyncStream.makeStream()
        let shelf = Shelf(session: session)
        self.shelf = shelf
        let outcomes = outcomes
        let relay = RelayWatch(
            breaker: breaker, shelf: shelf, outcomes: outcomes, wake: wake, logger: logger, notify: notify)
        let settings = control.settings
        shadow = settings.shadow
        courier = Courier(
            relay: settings.relay, connections: settings.connections, shelf: shelf,
            report: { request, outcome in
                // Before anything else: from here on a death must not send the mail again.
                if case .accepted = outcome, journal?.note(request.lease.record(of: session)) == false {
                    notify(.unjournaled)
                }
                if case .unknown = outcome { notify(.unknownOutcome) }
                var generator = SystemRandomNumberGenerator()
                outcomes.add(
                    request.lease,
                    Settlement(
                        outcome, attempts: request.attempts, backoff: control.settings.backoff, using: &generator))
            },
            found: { relay.learn($0) }, counted: { notify(.sessions($0)) })
    }
}
