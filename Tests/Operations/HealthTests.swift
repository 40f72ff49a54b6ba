import NIOConcurrencyHelpers
import Testing

@testable import Operations

@Suite struct `health of the parts` {
    private let health = Health()

    private func allWell() {
        for part in ["database", "relay", "schema", "worker"] { health.set(part, .ok) }
    }

    @Test func `nothing told is unavailable`() {
        #expect(health.report.overall == .unavailable)
    }

    @Test func `all parts well is ok`() {
        allWell()
        #expect(health.report.overall == .ok)
        #expect(
            health.report.json == #"{"status":"ok","database":"ok","relay":"ok","schema":"ok","worker":"ok"}"#)
    }

    @Test(arguments: [HealthState.degraded, .unavailable])
    func `a relay that is away only degrades`(state: HealthState) {
        allWell()
        health.set("relay", state, "connection refused")
        #expect(health.report.overall == .degraded)
    }

    @Test(arguments: ["database", "schema"])
    func `an essential part decides`(part: String) {
        allWell()
        health.set("relay", .degraded)
        health.set(part, .unavailable)
        #expect(health.report.overall == .unavailable)
        health.set(part, .degraded)
        #expect(health.report.overall == .degraded)
    }

    @Test func `whoever asked is told of every word, and of what is new`() {
        let told = NIOLockedValueBox<[HealthState]>([])
        let health = Health(essential: ["database"]) { health in
            let overall = health.report.overall
            told.withLockedValue { $0.append(overall) }
        }
        #expect(health.set("database", .ok))
        #expect(!health.set("database", .ok))
        #expect(health.set("relay", .degraded))
        #expect(told.withLockedValue { $0 } == [.ok, .ok, .degraded])
    }

    @Test func `words are escaped and forgotten when the part is well`() {
        allWell()
        health.set("relay", .degraded, "said \"421\\no\"\u{1}")
        #expect(health.report.json.hasSuffix(#","details":{"relay":"said \"421\\no\"\u0001"}}"#))
        health.set("relay", .ok)
        #expect(!health.report.json.contains("details"))
    }
}
