import CoreMetrics
import Delivery
import Operations

/// Turns what the worker tells into metrics and readiness.
struct Observer: Sendable {
    private let health: Health
    private let relayPaused = Gauge(label: "resetd_relay_paused")
    private let unknown = Counter(label: "resetd_unknown_outcomes_total")
    private let rescued = Counter(label: "resetd_rescued_requests_total")
    private let listening = Counter(label: "resetd_listen_reconnects_total")
    private let unjournaled = Counter(label: "resetd_unjournaled_outcomes_total")
    private let claimed = Counter(label: "resetd_claimed_requests_total")
    private let batch = Recorder(label: "resetd_batch_requests")

    init(health: Health) {
        self.health = health
        health.set("relay", .ok)
        relayPaused.record(0)
        // Counters that nobody has raised yet are shown as 0, so that an alert can tell "none" from "not there".
        unknown.increment(by: 0)
        rescued.increment(by: 0)
        unjournaled.increment(by: 0)
        listening.increment(by: 0)
        claimed.increment(by: 0)
        for outcome in ["sent", "queued", "failed", "rejected"] { Self.mails(outcome).increment(by: 0) }
    }

    @Sendable func observe(_ event: DeliveryEvent) {
        switch event {
        case .claimed(let leased, let settled):
            claimed.increment(by: leased)
            batch.record(leased + settled.values.reduce(0, +))
            for (reason, count) in settled {
                Counter(label: "resetd_settled_requests_total", dimensions: [("reason", reason)]).increment(by: count)
            }
        case .recorded(let counts):
            for (state, count) in counts { Self.mails(state).increment(by: count) }
        case .unknownOutcome: unknown.increment()
        case .rescued(let count): rescued.increment(by: count)
        case .listeningAnew: listening.increment()
        case .unjournaled: unjournaled.increment()
        case .relay(let isWorking):
            relayPaused.record(isWorking ? 0 : 1)
            health.set("relay", isWorking ? .ok : .degraded, isWorking ? nil : "does not take mail")
        case .database(let isWorking):
            health.set("worker", isWorking ? .ok : .degraded, isWorking ? nil : "waits for the database")
            // Whoever notices first says so; the gate's next look says how it is.
            if !isWorking { health.set("database", .unavailable, "does not answer the worker") }
        }
    }

    private static func mails(_ outcome: String) -> Counter {
        Counter(label: "resetd_mails_total", dimensions: [("outcome", outcome)])
    }
}
