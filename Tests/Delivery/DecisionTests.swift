import PasswordReset
import SMTP
import Testing

@testable import Delivery

@Suite
struct SettlementTests {
    private let backoff = Backoff(base: .seconds(30), cap: .seconds(900))

    private func settle(_ outcome: Outcome, attempts: Int = 0) -> Settlement {
        var generator = SystemRandomNumberGenerator()
        return Settlement(outcome, attempts: attempts, backoff: backoff, using: &generator)
    }

    @Test func `only the recipient's refusals cost an attempt`() {
        #expect(settle(.deferred(.recipient, nil)).burnsAttempt)
        for outcome: Outcome in [.deferred(.relay, nil), .deferred(.ourselves, nil), .unknown] {
            #expect(!settle(outcome).burnsAttempt)
            #expect(settle(outcome).state == "queued")
        }
    }

    @Test func `absurd attempts wait for the longest time and do not trap`() {
        #expect(settle(.deferred(.recipient, nil), attempts: .max).delay <= .seconds(900))
        #expect(settle(.deferred(.recipient, nil), attempts: .max).delay >= .seconds(450))
    }
}

@Suite
struct BreakerTests {
    @Test func `each failure doubles the pause up to half a minute, and a single mail probes`() {
        var breaker = Breaker()
        var now = ContinuousClock.now
        #expect(breaker.allowance(of: 256, at: now) == 256)
        var pauses: [Duration] = []
        for _ in 0..<12 {
            guard let pause = breaker.fail(at: now, jitter: 1) else { break }
            pauses.append(pause)
            #expect(breaker.allowance(of: 256, at: now) == 0)
            now += pause
            #expect(breaker.allowance(of: 256, at: now) == 1)
        }
        #expect(pauses.count == 12)
        #expect(pauses[0] == .milliseconds(500))
        #expect(pauses[1] == .seconds(1))
        #expect(pauses.last == .seconds(30))
        breaker.succeed()
        #expect(breaker.allowance(of: 256, at: now) == 256)
    }

    @Test func `sessions that fail together are one failure`() {
        var breaker = Breaker()
        let now = ContinuousClock.now
        #expect(breaker.fail(at: now, jitter: 1) != nil)
        #expect(breaker.fail(at: now, jitter: 1) == nil)
    }
}

@Suite
struct ScanHintTests {
    @Test func `the scan is bounded only within a poll interval of a whole one`() {
        var hint = ScanHint()
        #expect(hint.lowerBound(now: 1000, interval: .seconds(10)) == nil)
        hint.scanned(at: 1000)
        #expect(hint.lowerBound(now: 1005, interval: .seconds(10)) == 940)
        #expect(hint.lowerBound(now: 1010, interval: .seconds(10)) == nil)
    }
}
