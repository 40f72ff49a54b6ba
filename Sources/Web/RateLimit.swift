/// How many requests a minute: one client's to one route, and all clients' together.
///
/// A sliding window made of two fixed ones: the former minute counts by the part of it that still lies in the last sixty
/// seconds. A burst meets its limit exactly; a steady stream within one request or so. What was refused does not count,
/// or somebody who keeps trying would never be let in again. Counts live in memory: a second daemon counts for itself.
actor RateLimit {
    /// What is counted together.
    struct Key: Hashable {
        let route: String
        let client: IPAddress?
    }

    /// Enough for a flood from many networks; beyond, newcomers go uncounted until the minute is over, and the total is
    /// the net. Whoever has so many networks needs no loophole.
    static let mostClients = 65_536
    private static let window = Duration.seconds(60)

    private let limits: @Sendable () -> (perClient: Int, total: Int)
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private var start: ContinuousClock.Instant
    private var current: [Key: Int] = [:]
    private var former: [Key: Int] = [:]
    private var currentTotal = 0
    private var formerTotal = 0

    /// - Parameter limits: asked for each time, since SIGHUP may have changed them. Per client: a minute, to one route;
    ///   in all: a minute, of those that queue a request; 0 is no limit.
    init(
        limits: @escaping @Sendable () -> (perClient: Int, total: Int), capacity: Int = mostClients,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.limits = limits
        self.capacity = capacity
        self.now = now
        start = now()
    }

    /// Counts a request, or says after how many seconds to come back.
    ///
    /// - Parameter countsToTotal: whether it would queue a request.
    func admit(_ key: Key, countsToTotal: Bool) -> Int? {
        let elapsed = roll()
        let (perClient, total) = limits()
        var wait: Double = 0
        if perClient > 0 {
            wait = Self.wait(current[key] ?? 0, former[key] ?? 0, limit: perClient, elapsed: elapsed)
        }
        if total > 0, countsToTotal {
            wait = max(wait, Self.wait(currentTotal, formerTotal, limit: total, elapsed: elapsed))
        }
        guard wait == 0 else { return max(1, Int(wait.rounded(.up))) }
        if perClient > 0, current[key] != nil || current.count < capacity { current[key, default: 0] += 1 }
        if total > 0, countsToTotal { currentTotal += 1 }
        return nil
    }

    /// Moves on to the window of this moment; returns the seconds since it began.
    private func roll() -> Double {
        var elapsed = now() - start
        guard elapsed >= Self.window else { return elapsed / .seconds(1) }
        let windows = Int(elapsed / Self.window)
        former = windows == 1 ? current : [:]
        formerTotal = windows == 1 ? currentTotal : 0
        current = [:]
        currentTotal = 0
        start += Self.window * windows
        elapsed -= Self.window * windows
        return elapsed / .seconds(1)
    }

    /// Seconds until one more fits, 0 if it does now.
    private static func wait(_ current: Int, _ former: Int, limit: Int, elapsed: Double) -> Double {
        let room = Double(limit - 1 - current)
        let left = 1 - elapsed / 60
        if Double(former) * left <= room { return 0 }
        // Within this window the former one fades away; in the next, this one does.
        if room >= 0 { return 60 * (left - room / Double(former)) }
        return 60 * left + 60 * max(0, 1 - Double(limit - 1) / Double(current))
    }
}
