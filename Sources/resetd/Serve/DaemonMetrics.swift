import Accounts
import CoreMetrics
import Foundation
import Postgres

/// What is measured of the parts that know nothing of metrics.
enum DaemonMetrics {
    /// Which program this is, and since when it runs.
    static func begin() {
        Gauge(label: "resetd_build_info", dimensions: [("version", Version.text)]).record(1)
        Gauge(label: "resetd_start_time_seconds").record(Date().timeIntervalSince1970.rounded())
    }

    static func schema(version: Int) {
        Gauge(label: "resetd_schema_version").record(version)
    }

    static func shadow(_ isOn: Bool) {
        Gauge(label: "resetd_shadow").record(isOn ? 1 : 0)
    }

    /// - Parameter name: whose connections these are.
    static func pool(_ name: String) -> @Sendable (PoolEvent) -> Void {
        let connections = Meter(label: "resetd_database_connections", dimensions: [("pool", name)])
        let reconnects = Counter(label: "resetd_database_reconnects_total", dimensions: [("pool", name)])
        connections.set(0)
        reconnects.increment(by: 0)
        return { event in
            switch event {
            case .opened(let isAnew):
                connections.increment()
                if isAnew { reconnects.increment() }
            case .lost: connections.decrement()
            }
        }
    }

    static func hashing() -> @Sendable (HashingEvent) -> Void {
        let time = Timer(label: "resetd_hash_seconds")
        let waiting = Gauge(label: "resetd_hash_waiting")
        let refused = Counter(label: "resetd_hash_refused_total")
        waiting.record(0)
        refused.increment(by: 0)
        return { event in
            switch event {
            case .computed(let duration): time.recordNanoseconds(Int64(duration / .nanoseconds(1)))
            case .waiting(let count): waiting.record(count)
            case .refused: refused.increment()
            }
        }
    }
}
