/// Whether mails go out, while the relay is away or refuses us: then no mail is to blame, and none loses an attempt.
///
/// Each failure doubles the pause, up to half a minute; after it a single mail probes, and the first that the relay
/// accepts closes the breaker. Pure: it is told the time.
struct Breaker {
    private static let shortest: Duration = .milliseconds(500)
    private static let longest: Duration = .seconds(30)

    private var failures = 0
    private var pausedUntil: ContinuousClock.Instant?
    private var failedAt: ContinuousClock.Instant?

    var isOpen: Bool { failures > 0 }

    /// How many mails may be claimed now.
    func allowance(of batch: Int, at now: ContinuousClock.Instant) -> Int {
        guard isOpen else { return batch }
        guard let pausedUntil, now < pausedUntil else { return 1 }
        return 0
    }

    /// Returns how long to pause. Failures of sessions that were made before the pause began are one failure.
    mutating func fail(at now: ContinuousClock.Instant, jitter: Double) -> Duration? {
        failedAt = now
        if let pausedUntil, now < pausedUntil { return nil }
        failures = min(failures + 1, 16)
        let whole = min(Self.shortest * (1 << min(failures - 1, 10)), Self.longest)
        let pause = whole * (0.75 + 0.25 * jitter)
        pausedUntil = now + pause
        return pause
    }

    /// Whether what began then says that the relay works again. A session that was there before the last failure does not:
    /// a relay that goes away may well answer on old connections, and take no new ones.
    func isNews(_ begunAt: ContinuousClock.Instant) -> Bool {
        failedAt.map { begunAt > $0 } ?? true
    }

    mutating func succeed() {
        failures = 0
        pausedUntil = nil
    }
}
