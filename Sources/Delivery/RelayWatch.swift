import Logging
import NIOConcurrencyHelpers
import PasswordReset
import SMTP

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
