import Glibc
import Synchronization

/// The database's clock as this host knows it: its own clock plus the difference that was last seen.
///
/// Leases, due times and the expiry of links are the database's to judge; a host whose clock is wrong must neither
/// refuse a good link before asking nor let the difference grow into mails.
package final class DatabaseClock: Sendable {
    private let offset = Atomic<Int64>(0)

    package init() {}

    /// Unix seconds, as the database would say.
    package var now: Int64 { Self.hostSeconds + offset.load(ordering: .relaxed) }

    /// Learns the difference from an answer that the database has just given.
    package func observe(_ databaseSeconds: Int64) {
        offset.store(databaseSeconds - Self.hostSeconds, ordering: .relaxed)
    }

    private static var hostSeconds: Int64 { Int64(time(nil)) }

    /// Unix milliseconds by this host's own clock.
    package static var hostMilliseconds: Int64 {
        var moment = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &moment)
        return Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec / 1_000_000)
    }
}
