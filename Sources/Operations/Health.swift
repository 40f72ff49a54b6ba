internal import CoreMetrics
internal import NIOConcurrencyHelpers

/// How well one part of the daemon is.
package enum HealthState: String, Sendable {
    /// Works.
    case ok
    /// Works in part, or not now, while the rest goes on.
    case degraded
    /// Does not work.
    case unavailable
}

/// The state of every part at one moment.
package struct HealthReport: Sendable, Equatable {
    /// One part, by name.
    package struct Part: Sendable, Equatable {
        /// The name, such as `database`.
        package let name: String
        /// Its state.
        package let state: HealthState
        /// A few words for the operator; never an address, a token or another secret.
        package let words: String?
    }

    /// In the order of their names.
    package let parts: [Part]
    /// The state of the whole.
    package let overall: HealthState
}

/// What the operations listener says about the daemon, told by others in plain values.
///
/// An essential part that is unavailable decides: without the database or with a foreign schema no page works, so the
/// whole is `unavailable`. Any other part only degrades it: while the relay is away, pages and links still work, and a
/// load balancer that took the daemon out would make things worse. Essential parts count as unavailable until somebody
/// has told.
package final class Health: Sendable {
    private struct Known: Sendable {
        var state: HealthState
        var words: String?
    }

    private let essential: Set<String>
    private let onSet: @Sendable (Health) -> Void
    private let parts: NIOLockedValueBox<[String: Known]>

    /// Nothing told yet.
    ///
    /// - Parameters:
    ///   - essential: parts without which the daemon is of no use.
    ///   - onSet: called after each ``set(_:_:_:)``, on its thread.
    package init(
        essential: Set<String> = ["database", "schema"], onSet: @escaping @Sendable (Health) -> Void = { _ in }
    ) {
        self.essential = essential
        self.onSet = onSet
        let untold = essential.map { ($0, Known(state: .unavailable, words: "not yet known")) }
        parts = NIOLockedValueBox(Dictionary(uniqueKeysWithValues: untold))
        for part in essential { Self.measure(part, .unavailable) }
    }

    /// Tells the state of a part; the last word counts.
    ///
    /// - Parameters:
    ///   - part: a lower-case word other than `status` and `details`, which the JSON answer needs for itself.
    ///   - state: how it is.
    ///   - words: why, in a few words, when it is not well.
    ///
    /// Returns whether its state was another before.
    @discardableResult
    package func set(_ part: String, _ state: HealthState, _ words: String? = nil) -> Bool {
        let before = parts.withLockedValue { parts in
            defer { parts[part] = Known(state: state, words: words) }
            return parts[part]?.state
        }
        Self.measure(part, state)
        onSet(self)
        return before != state
    }

    private static func measure(_ part: String, _ state: HealthState) {
        Gauge(label: "resetd_part_ok", dimensions: [("part", part)]).record(state == .ok ? 1 : 0)
    }

    /// The state of all parts at this moment.
    package var report: HealthReport {
        let parts = parts.withLockedValue { known in
            known.sorted { $0.key < $1.key }
                .map { HealthReport.Part(name: $0.key, state: $0.value.state, words: $0.value.words) }
        }
        return HealthReport(parts: parts, overall: overall(parts))
    }

    private func overall(_ parts: [HealthReport.Part]) -> HealthState {
        if parts.contains(where: { essential.contains($0.name) && $0.state == .unavailable }) { return .unavailable }
        return parts.allSatisfy { $0.state == .ok } ? .ok : .degraded
    }
}
