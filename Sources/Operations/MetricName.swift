/// Names and label names as Prometheus accepts them.
///
/// The text format has no escape for a bad name: one would make a scraper refuse the whole page, so every name is
/// mended when its metric is made, not when it is written. Source:
/// https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
enum MetricName {
    /// The full name of a metric: `resetd_` first, `[a-zA-Z0-9_]` only, and the unit or kind last.
    ///
    /// - Parameters:
    ///   - label: the name that the instrumented code gave.
    ///   - suffix: `_total` or `_seconds`, added unless the name ends so.
    static func full(_ label: String, suffix: String = "") -> String {
        let mended = mend(label)
        let prefixed = mended.hasPrefix("resetd_") ? mended : "resetd_" + mended
        return prefixed.hasSuffix(suffix) ? prefixed : prefixed + suffix
    }

    /// A label's name; `le` is the histogram's own, and a leading `__` is Prometheus's.
    static func label(_ name: String) -> String {
        let mended = mend(name)
        guard let first = mended.utf8.first else { return "_" }
        let reserved = mended == "le" || mended.hasPrefix("__") || (0x30...0x39).contains(first)
        return reserved ? "label_" + mended : mended
    }

    private static func mend(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
                default: "_"
                }
            })
    }
}
