/// How long a mail that was put off waits: doubling from `base` to `cap`, with jitter that never passes the cap.
///
/// In whole milliseconds; the exponent is clamped before it is used, so that a row with absurd attempts costs a wait of
/// `cap` and no overflow.
package struct Backoff: Sendable, Equatable {
    package let base: Duration
    package let cap: Duration

    package init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The wait before the next try, after `attempts` that failed: between half and the whole of the doubled base.
    package func delay(after attempts: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let limit = max(1, cap.milliseconds)
        let exponent = min(max(attempts, 1) - 1, 30)
        let (doubled, overflow) = max(1, base.milliseconds).multipliedReportingOverflow(by: 1 << exponent)
        let whole = overflow ? limit : min(doubled, limit)
        return .milliseconds(Int64.random(in: (whole / 2)...whole, using: &generator))
    }
}

extension Duration {
    /// Whole milliseconds, the unit that statements take; saturates.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }
}
