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

    let shelf: Shelf
    let outcomes = Outcomes()
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
    /// Every reason to look for work, folded: a notification, room after recording, the end of a pause, the poll.
    let wakes: AsyncStream<Void>
    let wake: AsyncStream<Void>.Continuation

    var settings: DeliverySettings { control.settings }

    init(
        control: DeliveryControl, session: DaemonSession, journal: Journal?, pool: Pool, clock: DatabaseClock,
        logger: Logger, notify: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        self.control = control
        self.session = session
        self.journal = journal
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
            found: { relay.learn($0) })
    }
}

/// Draws the conclusions from what sessions find: opens and closes the breaker, and says so once a change.
struct RelayWatch: Sendable {
    let breaker: NIOLockedValueBox<Breaker>
    let shelf: Shelf
    let outcomes: Outcomes
    let wake: AsyncStream<Void>.Continuation
    let logger: Logger
    let notify: @Sendable (DeliveryEvent) -> Void

    func learn(_ finding: Courier.Finding) {
        switch finding {
        case .working(let begunAt):
            let wasOpen = breaker.withLockedValue { breaker in
                // A session may end long after its last answer, and the relay have gone between.
                guard breaker.isNews(begunAt) else { return false }
                defer { breaker.succeed() }
                return breaker.isOpen
            }
            guard wasOpen else { return }
            logger.notice("the relay works again")
            notify(.relay(isWorking: true))
            wake.yield()
        case .failing(let failure):
            let (wasOpen, pause) = breaker.withLockedValue { breaker in
                (breaker.isOpen, breaker.fail(at: .now, jitter: Double.random(in: 0...1)))
            }
            // What waited for this relay goes back, so that nothing is held while nobody can send it.
            for request in shelf.clear() { outcomes.add(request.lease, .givenBack) }
            if !wasOpen {
                logger.error(
                    "the relay does not take mail; trying again",
                    metadata: ["blame": "\(failure.blame.rawValue)", "error": "\(failure)"]
                        .merging(Self.advice(failure).map { ["check": "\($0)"] } ?? [:]) { $1 })
                notify(.relay(isWorking: false))
            }
            if let pause {
                Task { [wake] in
                    await Retry.sleep(pause)
                    wake.yield()
                }
            }
        }
    }

    /// The settings to look at, for what an operator here can mend.
    private static func advice(_ failure: SessionFailure) -> String? {
        switch (failure.stage, failure.blame) {
        case (.authentication, .ourselves): "smtp.username, smtp.password"
        case (.sender, .ourselves): "mail.from"
        case (.tls, _): "smtp.url, smtp.caFile"
        case (.starttls, .ourselves): "smtp.tls"
        default: nil
        }
    }
}
