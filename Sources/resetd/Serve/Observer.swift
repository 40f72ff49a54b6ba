import CoreMetrics
import Delivery
import Operations

/// Turns what the worker tells into metrics and readiness.
struct Observer: Sendable {
    private let health: Health
    private let onAlive: @Sendable () -> Void
    private let relayPaused = Gauge(label: "resetd_relay_paused")
    private let sessions = Gauge(label: "resetd_smtp_sessions")
    private let unknown = Counter(label: "resetd_unknown_outcomes_total")
    private let rescued = Counter(label: "resetd_rescued_requests_total")
    private let listening = Counter(label: "resetd_listen_reconnects_total")
    private let unjournaled = Counter(label: "resetd_unjournaled_outcomes_total")
    private let claimed = Counter(label: "resetd_claimed_requests_total")
    private let batch = Recorder(label: "resetd_batch_requests")
    private let delivery = Timer(label: "resetd_delivery_seconds")

    /// - Parameter onAlive: called for every sign of life of the worker.
    init(health: Health, onAlive: @escaping @Sendable () -> Void) {
        self.health = health
        self.onAlive = onAlive
        health.set("relay", .ok)
        relayPaused.record(0)
        sessions.record(0)
        // Counters that nobody has raised yet are shown as 0, so that an alert can tell "none" from "not there".
        for counter in [unknown, rescued, listening, unjournaled, claimed, Self.claims("work"), Self.claims("nothing")]
        {
            counter.increment(by: 0)
        }
        for (outcome, blame) in Self.outcomes { Self.mails(outcome, blame).increment(by: 0) }
        for blame in ["recipient", "relay", "ourselves"] { Self.retries(blame).increment(by: 0) }
        for (state, reason) in Self.ends { Self.settled(state, reason).increment(by: 0) }
    }

    @Sendable func observe(_ event: DeliveryEvent) {
        switch event {
        case .claimed(let leased, let settled):
            let count = leased + settled.values.reduce(0, +)
            Self.claims(count > 0 ? "work" : "nothing").increment()
            claimed.increment(by: leased)
            if count > 0 { batch.record(count) }
        case .recorded(let counts):
            for (recorded, count) in counts {
                Self.mails(recorded.state, recorded.blame).increment(by: count)
                if recorded.isRetry { Self.retries(recorded.blame).increment(by: count) }
            }
        case .settled(let requests):
            for request in requests {
                Self.settled(request.state, request.reason ?? "none").increment()
                if request.state == "sent" { delivery.recordNanoseconds(Int64(request.duration / .nanoseconds(1))) }
            }
        case .sessions(let count): sessions.record(count)
        case .unknownOutcome: unknown.increment()
        case .rescued(let count): rescued.increment(by: count)
        case .listeningAnew: listening.increment()
        case .unjournaled: unjournaled.increment()
        case .alive: onAlive()
        case .relay(let isWorking):
            relayPaused.record(isWorking ? 0 : 1)
            health.set("relay", isWorking ? .ok : .degraded, isWorking ? nil : "does not take mail")
        case .database(let isWorking):
            health.set("worker", isWorking ? .ok : .degraded, isWorking ? nil : "waits for the database")
            // Whoever notices first says so; the gate's next look says how it is.
            if !isWorking { health.set("database", .unavailable, "does not answer the worker") }
        }
    }

    // MARK: Series; each label has these values and no others.

    private static let outcomes = [
        ("sent", "none"), ("failed", "recipient"), ("failed", "none"), ("rejected", "none"), ("cancelled", "none"),
        ("queued", "none"),
        ("queued", "recipient"), ("queued", "relay"), ("queued", "ourselves"),
    ]
    private static let ends = [
        ("sent", "none"), ("rejected", "unknown_email"), ("rejected", "duplicate_email"),
        ("rejected", "not_recoverable"), ("rejected", "disabled"), ("rejected", "throttled"),
        ("rejected", "invalid_email"), ("failed", "undeliverable"), ("failed", "gave_up"), ("failed", "poison"),
        ("cancelled", "account_changed"), ("cancelled", "none"),
        ("cancelled", "shadow"),
    ]

    private static func claims(_ found: String) -> Counter {
        Counter(label: "resetd_claims_total", dimensions: [("found", found)])
    }

    private static func mails(_ outcome: String, _ blame: String) -> Counter {
        Counter(label: "resetd_mails_total", dimensions: [("outcome", outcome), ("blame", blame)])
    }

    private static func retries(_ blame: String) -> Counter {
        Counter(label: "resetd_retries_total", dimensions: [("blame", blame)])
    }

    private static func settled(_ state: String, _ reason: String) -> Counter {
        Counter(label: "resetd_settled_requests_total", dimensions: [("state", state), ("reason", reason)])
    }
}
