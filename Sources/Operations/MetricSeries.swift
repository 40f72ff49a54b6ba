/// The labels of one series, mended, capped and in the order of their names, so that equal sets are equal values.
struct MetricLabels: Hashable, Sendable {
    /// Longer values are cut: a label is a word, and a page of metrics is no place for what a stranger typed.
    static let longestValue = 128

    /// Names and values, by name.
    let pairs: [Pair]

    /// One label.
    struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(_ dimensions: [(String, String)]) {
        var seen = Set<String>()
        pairs =
            dimensions
            .map { Pair(name: MetricName.label($0.0), value: String($0.1.unicodeScalars.prefix(Self.longestValue))) }
            .filter { seen.insert($0.name).inserted }
            .sorted { $0.name < $1.name }
    }
}

/// What one series has counted so far.
enum MetricValue: Sendable {
    /// Only ever grows.
    case counter(Double)
    /// The last value told.
    case gauge(Double)
    /// Observations by bucket.
    case histogram(Histogram)
}

/// Observations counted into buckets.
///
/// `counts[i]` holds what fell into bucket `i` alone; the writer adds them up, because Prometheus wants them
/// cumulative.
struct Histogram: Sendable {
    /// Upper bounds, ascending, inclusive; `+Inf` is implied.
    let bounds: [Double]
    /// One count a bound, and one for what lies above all of them.
    private(set) var counts: [UInt64]
    /// The sum of all observations.
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// Counts one observation; what is not a number is left out, for it would spoil the sum for good.
    mutating func observe(_ value: Double) {
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
