import PasswordReset
import SMTP

/// What an outcome makes of its row: pure, so that the table of design can be read here and tested as one.
struct Settlement: Sendable, Equatable {
    /// The word for `state`; a row that goes back to the queue is given up by the statement when its time is over.
    let state: String
    let reason: String?
    /// Until it is due again, for a row that goes back to the queue.
    let delay: Duration
    /// Whether it costs the mail an attempt: only the recipient's refusals do.
    let burnsAttempt: Bool
    let reply: String?
    /// Whether the mail was on its way to the relay at all.
    var wasTried = true
    /// Whether the end of the mail was written and never answered. The wait doubles with each, and after six the row is
    /// given up: somebody has had the mail six times.
    var isUnanswered = false
    /// Whether the session broke under the mail, perhaps by it: it waits twice as long each time.
    var isInterrupted = false
    /// Whose doing it is that the mail did not go; nil where it went, or was not tried.
    private(set) var blame: Blame?

    /// Whether the wait that follows counts towards `worker.giveUpAfter`: not while the relay is away or we are to blame, for
    /// then nobody could have the mail, however long that takes.
    var countsTowardsGivingUp: Bool { blame == .recipient || isUnanswered || isInterrupted }

    /// Whether the row may be at its end by it: one that is put back is, when its time is over.
    var mayBeTheEnd: Bool { state != "queued" || countsTowardsGivingUp }

    var recorded: DeliveryEvent.Recorded {
        DeliveryEvent.Recorded(
            state: state, blame: blame?.rawValue ?? "none", isRetry: state == "queued" && wasTried)
    }

    private init(
        _ state: String, reason: String? = nil, delay: Duration = .zero, burns: Bool = false, reply: String? = nil
    ) {
        self.state = state
        self.reason = reason
        self.delay = delay
        burnsAttempt = burns
        self.reply = reply
    }

    /// A mail that could not even be composed.
    static let unfitAddress = Settlement("rejected", reason: "invalid_email")
    static let unknownPurpose = Settlement("failed", reason: "undeliverable")
    /// Claimed, and given back untouched.
    static let givenBack = {
        var settlement = Settlement("queued")
        settlement.wasTried = false
        return settlement
    }()

    /// Written to a file instead of sent: see ``ShadowFolder``.
    static let shadowed = Settlement("cancelled", reason: "shadow")
    /// The file could not be written; it is tried again for as long as that takes.
    static let unwritten = {
        var settlement = Settlement("queued", delay: .seconds(10))
        settlement.wasTried = false
        settlement.blame = .ourselves
        return settlement
    }()

    /// Relay trouble waits here only as long as it takes the breaker to decide; the breaker holds the next claim.
    private static let relayDelay: Duration = .seconds(1)
    /// The session broke; or the relay may have taken it, and the same mail goes again soon, for a link twice is better than
    /// none.
    private static let unknownDelay: Duration = .seconds(5)

    init(
        _ outcome: Outcome, attempts: Int, backoff: Backoff, using generator: inout some RandomNumberGenerator
    ) {
        let reply = outcome.reply?.text
        switch outcome {
        case .accepted:
            self.init("sent", reply: reply)
        case .refused:
            self.init("failed", reason: "undeliverable", reply: reply)
            blame = .recipient
        case .deferred(.recipient, _):
            let (next, overflow) = attempts.addingReportingOverflow(1)
            let delay = max(
                backoff.delay(after: overflow ? .max : next, using: &generator),
                min(RetryHint(reply)?.wait ?? .zero, backoff.cap))
            self.init("queued", delay: delay, burns: true, reply: reply)
            blame = .recipient
        case .deferred(let other, _):
            self.init("queued", delay: Self.relayDelay, reply: reply)
            blame = other
        case .interrupted(let other, _):
            self.init("queued", delay: Self.unknownDelay, reply: reply)
            isInterrupted = true
            blame = other
        case .unknown:
            self.init("queued", delay: Self.unknownDelay)
            isUnanswered = true
            blame = .relay
        }
    }
}
