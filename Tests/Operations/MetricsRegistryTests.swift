import CoreMetrics
import Testing

@testable import Operations

@Suite struct `metrics registry` {
    private let registry = MetricsRegistry(
        catalog: MetricCatalog([
            "resetd_mails_total": MetricDescription("Mails, by \\ outcome\nand blame."),
            "resetd_wait_seconds": MetricDescription("Wait.", buckets: [0.1, 1]),
        ]))

    /// The lines of the page that begin so, comments included.
    private func lines(_ beginning: String) -> [String] {
        registry.text().split(separator: "\n").map(String.init).filter { $0.hasPrefix(beginning) }
    }

    @Test func `a counter is written with help, type and labels in the order of their names`() {
        let counter = Counter(
            label: "mails", dimensions: [("outcome", "accepted"), ("blame", "none")], factory: registry)
        counter.increment()
        counter.increment(by: 41)
        #expect(lines("# HELP resetd_mails_total") == ["# HELP resetd_mails_total Mails, by \\\\ outcome\\nand blame."])
        #expect(lines("# TYPE resetd_mails_total") == ["# TYPE resetd_mails_total counter"])
        #expect(lines("resetd_mails_total") == [#"resetd_mails_total{blame="none",outcome="accepted"} 42"#])
    }

    @Test func `the same name and labels are one series, in any order`() {
        Counter(label: "resetd_x", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "resetd_x", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        #expect(lines("resetd_x_total") == [#"resetd_x_total{a="1",b="2"} 2"#])
    }

    @Test func `a counter never falls`() {
        let counter = Counter(label: "x", factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -3)
        counter.reset()
        #expect(lines("resetd_x_total") == ["resetd_x_total 5"])
    }

    @Test func `a fraction counted is a fraction written`() {
        FloatingPointCounter(label: "cpu_seconds", factory: registry).increment(by: 0.25)
        #expect(lines("resetd_cpu_seconds_total") == ["resetd_cpu_seconds_total 0.25"])
    }

    @Test func `gauges and meters hold the last value`() {
        let gauge = Gauge(label: "sessions", factory: registry)
        gauge.record(3)
        gauge.record(2.5)
        let meter = Meter(label: "waiting", factory: registry)
        meter.set(10)
        meter.increment(by: 2)
        meter.decrement(by: 5)
        #expect(lines("resetd_sessions") == ["resetd_sessions 2.5"])
        #expect(lines("resetd_waiting") == ["resetd_waiting 7"])
        #expect(lines("# TYPE resetd_waiting") == ["# TYPE resetd_waiting gauge"])
    }

    @Test func `a timer is a histogram in seconds with cumulative buckets, its bounds inclusive`() {
        let timer = Timer(label: "wait", dimensions: [("way", "web")], factory: registry)
        for milliseconds in [50, 100, 500, 3000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            lines("resetd_wait_seconds") == [
                #"resetd_wait_seconds_bucket{way="web",le="0.1"} 2"#,
                #"resetd_wait_seconds_bucket{way="web",le="1"} 3"#,
                #"resetd_wait_seconds_bucket{way="web",le="+Inf"} 4"#,
                #"resetd_wait_seconds_sum{way="web"} 3.65"#,
                #"resetd_wait_seconds_count{way="web"} 4"#,
            ])
    }

    @Test func `a recorder that aggregates is a histogram`() {
        Recorder(label: "batch_requests", factory: registry).record(256)
        #expect(lines("resetd_batch_requests_bucket{le=\"200\"}") == [#"resetd_batch_requests_bucket{le="200"} 0"#])
        #expect(lines("resetd_batch_requests_bucket{le=\"500\"}") == [#"resetd_batch_requests_bucket{le="500"} 1"#])
        #expect(lines("resetd_batch_requests_sum") == ["resetd_batch_requests_sum 256"])
    }

    @Test func `what is not a number leaves a histogram as it was`() {
        let recorder = Recorder(label: "sizes", factory: registry)
        recorder.record(Double.nan)
        recorder.record(Double.infinity)
        #expect(lines("resetd_sizes_sum") == ["resetd_sizes_sum 0"])
        #expect(lines("resetd_sizes_count") == ["resetd_sizes_count 0"])
    }

    @Test func `bad names are mended and label values escaped`() {
        Counter(label: "hb.requests-in", dimensions: [("le", "a\"b\\c\r\nd"), ("1st", "")], factory: registry)
            .increment()
        #expect(
            lines("resetd_hb_requests_in_total")
                == [#"resetd_hb_requests_in_total{label_1st="",label_le="a\"b\\c"# + "\r" + #"\nd"} 1"#])
    }

    @Test func `series of one name are bounded, the others untouched`() {
        for index in 0..<(MetricsRegistry.seriesPerMetric + 10) {
            Counter(label: "routes", dimensions: [("path", String(index))], factory: registry).increment()
        }
        Counter(label: "routes", dimensions: [("path", "0")], factory: registry).increment()
        Counter(label: "other", factory: registry).increment()
        #expect(lines("resetd_routes_total").count == MetricsRegistry.seriesPerMetric)
        #expect(lines(#"resetd_routes_total{path="0"}"#) == [#"resetd_routes_total{path="0"} 2"#])
        #expect(lines("resetd_other_total") == ["resetd_other_total 1"])
        #expect(lines("resetd_metrics_refused_total") == ["resetd_metrics_refused_total 10"])
    }

    @Test func `the first type of a name stays`() {
        Gauge(label: "x_total", factory: registry).record(1)
        Counter(label: "x", factory: registry).increment(by: 7)
        #expect(lines("# TYPE resetd_x_total") == ["# TYPE resetd_x_total gauge"])
        #expect(lines("resetd_x_total") == ["resetd_x_total 1"])
    }

    @Test func `long label values are cut`() {
        Counter(label: "x", dimensions: [("a", String(repeating: "v", count: 1000))], factory: registry).increment()
        let cut = String(repeating: "v", count: MetricLabels.longestValue)
        #expect(lines("resetd_x_total") == ["resetd_x_total{a=\"\(cut)\"} 1"])
    }

    @Test func `counting from many tasks loses nothing`() async {
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { [registry] in
                    for _ in 0..<1000 { Counter(label: "shared", factory: registry).increment() }
                }
            }
        }
        #expect(lines("resetd_shared_total") == ["resetd_shared_total 8000"])
    }
}
