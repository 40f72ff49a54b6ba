package import CoreMetrics
internal import NIOConcurrencyHelpers

/// Keeps what swift-metrics counts, and writes it for Prometheus.
///
/// Counters end in `_total`, timers become histograms in `_seconds`, recorders that aggregate become histograms, gauges
/// and meters stay as they are. The first use of a name settles its type.
///
/// Cardinality is bounded: beyond ``seriesPerMetric`` series of one name, or ``metricsInAll`` names, a new series
/// counts into nothing and `resetd_metrics_refused_total` grows. A label that came from outside can therefore fill its
/// own metric and no more.
package final class MetricsRegistry: MetricsFactory {
    /// Series that one name may have.
    package static let seriesPerMetric = 512
    /// Names that the registry may have.
    package static let metricsInAll = 256

    /// The type of a metric, in the words of its `# TYPE` line.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// All series of one name.
    struct Family: Sendable {
        let kind: Kind
        var series: [MetricLabels: MetricHandler] = [:]
    }

    private struct State: Sendable {
        var families: [String: Family] = [:]
    }

    private let catalog: MetricCatalog
    private let state = NIOLockedValueBox(State())
    private let refused = MetricHandler(.counter(0))

    /// An empty registry; hand it to `MetricsSystem.bootstrap` once a process.
    package init(catalog: MetricCatalog = .resetd) {
        self.catalog = catalog
        state.withLockedValue { state in
            state.families["resetd_metrics_refused_total"] = Family(
                kind: .counter, series: [MetricLabels([]): refused])
        }
    }

    /// The page for Prometheus: text format 0.0.4, names and labels in order, so that two scrapes compare line by line.
    package func text() -> String {
        let families = state.withLockedValue { $0.families }
        var writer = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            writer.head(name, kind: family.kind, help: catalog.descriptions[name]?.help ?? "Not described.")
            for (labels, handler) in family.series.sorted(by: { $0.key < $1.key }) {
                writer.series(name, labels: labels, value: handler.value)
            }
        }
        return writer.text
    }

    private func handler(
        _ name: String, _ kind: Kind, _ dimensions: [(String, String)], initial: () -> MetricValue
    ) -> MetricHandler {
        let labels = MetricLabels(dimensions)
        let kept = state.withLockedValue { state -> MetricHandler? in
            if state.families[name] == nil {
                guard state.families.count < Self.metricsInAll else { return nil }
                state.families[name] = Family(kind: kind)
            }
            guard let family = state.families[name], family.kind == kind else { return nil }
            if let known = family.series[labels] { return known }
            guard family.series.count < Self.seriesPerMetric else { return nil }
            let made = MetricHandler(initial())
            state.families[name]?.series[labels] = made
            return made
        }
        if let kept { return kept }
        refused.increment(by: Int64(1))
        return MetricHandler(initial())
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)], usual: [Double]) -> MetricHandler {
        handler(name, .histogram, dimensions) {
            .histogram(Histogram(bounds: catalog.descriptions[name]?.buckets ?? usual))
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(MetricName.full(label, suffix: "_total"), .counter, dimensions) { .counter(0) }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        handler(MetricName.full(label, suffix: "_total"), .counter, dimensions) { .counter(0) }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(MetricName.full(label), .gauge, dimensions) { .gauge(0) }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = MetricName.full(label)
        guard aggregate else { return handler(name, .gauge, dimensions) { .gauge(0) } }
        return histogram(name, dimensions, usual: MetricCatalog.sizes)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(MetricName.full(label, suffix: "_seconds"), dimensions, usual: MetricCatalog.durations)
    }

    // A series outlives the object that counted into it: one that vanished and came back at zero would read as a
    // restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
