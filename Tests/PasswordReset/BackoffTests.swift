import PasswordReset
import Testing

@Suite struct BackoffTests {
    /// Counts up from a number, so that both ends of the jitter can be seen. (A constant would be drawn again for ever.)
    private struct Counter: RandomNumberGenerator {
        var value: UInt64

        mutating func next() -> UInt64 {
            defer { value &+= 1 }
            return value
        }
    }

    private let backoff = Backoff(base: .seconds(30), cap: .seconds(900))

    private func bounds(_ backoff: Backoff, after attempts: Int) -> ClosedRange<Duration> {
        var low = Counter(value: 0)
        var high = Counter(value: .max)
        return backoff.delay(after: attempts, using: &low)...backoff.delay(after: attempts, using: &high)
    }

    @Test(arguments: zip(1...7, [30, 60, 120, 240, 480, 900, 900]))
    func `the wait doubles up to the cap, and lies between half of that and the whole`(attempts: Int, seconds: Int) {
        #expect(bounds(backoff, after: attempts) == .milliseconds(seconds * 500) ... .seconds(seconds))
    }

    @Test(arguments: [Int.max, Int.max - 1, 1 << 40, 64, 63, 32, 31])
    func `absurd attempts cost a wait of the cap and no overflow`(attempts: Int) {
        #expect(bounds(backoff, after: attempts).upperBound == .seconds(900))
    }

    @Test(arguments: [0, -1, Int.min])
    func `no attempts are as one`(attempts: Int) {
        #expect(bounds(backoff, after: attempts) == bounds(backoff, after: 1))
    }

    @Test func `absurd settings cost no overflow and no wait below zero`() {
        let longest = Backoff(base: .seconds(Int64.max), cap: .seconds(Int64.max))
        #expect(bounds(longest, after: .max).upperBound == .milliseconds(Int64.max))
        #expect(bounds(Backoff(base: .seconds(60), cap: .seconds(1)), after: 3).upperBound == .seconds(1))
        #expect(bounds(Backoff(base: .zero, cap: .zero), after: 3).lowerBound == .zero)
        #expect(bounds(Backoff(base: .seconds(-5), cap: .seconds(-5)), after: 3).lowerBound == .zero)
    }

    @Test func `real jitter stays inside and is not always the same`() {
        var generator = SystemRandomNumberGenerator()
        // A loop, not `map`: the thread sanitizer dies of an `inout` that a closure captured and that has no size.
        var delays: Set<Duration> = []
        for _ in 0..<500 { delays.insert(backoff.delay(after: 40, using: &generator)) }
        #expect(delays.allSatisfy { (.seconds(450) ... .seconds(900)).contains($0) })
        #expect(delays.count > 1)
    }

    @Test(
        arguments: [
            (Duration.milliseconds(1500), 1500), (.microseconds(1999), 1), (.zero, 0), (.milliseconds(-1500), -1500),
            (.seconds(Int64.max), .max), (.milliseconds(Int64.max), .max), (.seconds(Int64.min), .min),
            (.seconds(Int64.max / 1000) + .milliseconds(999), .max),
        ] as [(Duration, Int64)])
    func `milliseconds saturate`(duration: Duration, milliseconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
    }
}
