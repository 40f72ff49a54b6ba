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
        for outcome: Outcome in [
            .deferred(.relay, nil), .deferred(.ourselves, nil), .interrupted(.relay, nil), .unknown,
        ] {
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
    @Test func `a pass goes on from claim to claim, and the next begins shortly before it did`() {
        var hint = ScanHint()
        #expect(hint.start(now: 1000, interval: .seconds(10)) == (nil, nil))
        let end = Claim.Cursor(dueAt: "2026-01-01 00:00:00+00", id: 7)
        hint.claimed(to: end, isLast: false)
        #expect(hint.start(now: 1004, interval: .seconds(10)) == (nil, end))
        hint.claimed(to: end, isLast: true)
        #expect(hint.start(now: 1005, interval: .seconds(10)) == (995, nil))
        hint.claimed(to: nil, isLast: true)
        #expect(hint.start(now: 1008, interval: .seconds(10)) == (1000, nil))
    }

    @Test func `a clock that went back is a reason to look at everything`() {
        var hint = ScanHint()
        _ = hint.start(now: 5000, interval: .seconds(10))
        hint.claimed(to: nil, isLast: true)
        #expect(hint.start(now: 1400, interval: .seconds(10)) == (nil, nil))
    }

    @Test func `once a poll interval a pass looks at everything, also in the midst of a backlog`() {
        var hint = ScanHint()
        _ = hint.start(now: 1000, interval: .seconds(10))
        hint.claimed(to: .init(dueAt: "2026-01-01 00:00:00+00", id: 7), isLast: false)
        #expect(hint.start(now: 1010, interval: .seconds(10)) == (nil, nil))
        // A claim that failed has looked at nothing: it begins again.
        var failed = ScanHint()
        _ = failed.start(now: 1000, interval: .seconds(10))
        #expect(failed.start(now: 1001, interval: .seconds(10)) == (nil, nil))
    }
}
