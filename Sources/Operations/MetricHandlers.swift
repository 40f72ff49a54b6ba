internal import CoreMetrics
internal import NIOConcurrencyHelpers

/// One series as the instrumented code holds it; every handler type of swift-metrics over one locked value.
///
/// A series has a lock of its own, so that counting never waits for a scrape of the others. A handler that the registry
/// refused (bounded cardinality) is a series nobody writes out: counting into it is harmless.
final class MetricHandler: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler, TimerHandler {
    private let box: NIOLockedValueBox<MetricValue>

    init(_ value: MetricValue) {
        box = NIOLockedValueBox(value)
    }

    /// The value at this moment.
    var value: MetricValue {
        box.withLockedValue { $0 }
    }

    func increment(by amount: Int64) {
        add(Double(amount))
    }

    func increment(by amount: Double) {
        add(amount)
    }

    func decrement(by amount: Double) {
        add(-amount)
    }

    /// Left without effect: a counter that falls back to zero is a restart to whoever reads it.
    func reset() {}

    func record(_ value: Int64) {
        set(Double(value))
    }

    func record(_ value: Double) {
        set(value)
    }

    func set(_ value: Int64) {
        set(Double(value))
    }

    func set(_ value: Double) {
        box.withLockedValue { held in
            switch held {
            case .counter: break
            case .gauge: held = .gauge(value)
            case .histogram(var histogram):
                histogram.observe(value)
                held = .histogram(histogram)
            }
        }
    }

    func recordNanoseconds(_ duration: Int64) {
        set(Double(duration) / 1_000_000_000)
    }

    private func add(_ amount: Double) {
        guard amount.isFinite else { return }
        box.withLockedValue { held in
            switch held {
            case .counter(let value): held = .counter(value + max(amount, 0))
            case .gauge(let value): held = .gauge(value + amount)
            case .histogram: break
            }
        }
    }
}
