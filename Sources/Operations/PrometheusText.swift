/// Writes the text exposition format, version 0.0.4.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
struct PrometheusText {
    /// The `Content-Type` of a page in this format.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written so far; every line ends in a line feed, the last one too, as the format demands.
    private(set) var text = ""

    /// The two lines above the series of one name.
    mutating func head(_ name: String, kind: MetricsRegistry.Kind, help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n"
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One series: a line, or the lines of a histogram with cumulative buckets.
    mutating func series(_ name: String, labels: MetricLabels, value: MetricValue) {
        switch value {
        case .counter(let number), .gauge(let number):
            line(name, labels.pairs, Self.number(number))
        case .histogram(let histogram):
            var running: UInt64 = 0
            for (count, bound) in zip(histogram.counts, histogram.bounds + [.infinity]) {
                running += count
                let limit = MetricLabels.Pair(name: "le", value: Self.number(bound))
                line(name + "_bucket", labels.pairs + [limit], String(running))
            }
            line(name + "_sum", labels.pairs, Self.number(histogram.sum))
            line(name + "_count", labels.pairs, String(running))
        }
    }

    private mutating func line(_ name: String, _ labels: [MetricLabels.Pair], _ value: String) {
        text += name
        if !labels.isEmpty {
            let written = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{" + written.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    /// A number as Go's ParseFloat reads it, whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? String(value)
    }

    /// By Unicode scalar: a carriage return and line feed are one `Character`, which would slip past a comparison.
    private static func escaped(_ words: String, quotes: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension MetricLabels: Comparable {
    /// By names and values in turn, so that a page keeps its order.
    static func < (left: MetricLabels, right: MetricLabels) -> Bool {
        left.pairs.lexicographicallyPrecedes(right.pairs) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}
