import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// A relay that is away, or takes nothing: no mail is to blame, and none pays for it.
@Suite(.timeLimit(.minutes(10)))
struct RelayAwayTests {
    private let away: Duration = Scale.isLong ? .seconds(60) : .seconds(3)

    @Test func `a relay that goes away in mid-run costs no attempt, is complained of once and is waited for`()
        async throws
    {
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(10), .usual) : .usual }
        // A mail whose dot was out on a cut connection may have been taken.
        try await Site.run("relay away", script: script, twice: Site.connections) { site in
            let portion = Scale.requests(350, short: 100)
            let daemon = try await site.readyDaemon()
            try await site.askSteadily(portion)
            try await site.relay.waitForMails(portion / 2)

            await site.relay.goAway()
            let back = ContinuousClock.now + away
            try await site.askSteadily(portion)
            let health = try await daemon.waitForHealth("\"relay\":\"degraded\"")
            #expect(health.status == 200)
            #expect(health.body.contains("\"status\":\"degraded\""))
            #expect(try await daemon.metric("resetd_relay_paused") == 1)
            while back > .now {
                try await site.wait { try await $0.count("state = 'sending'") == 0 }
                try await site.askSteadily(5, by: 5, every: .seconds(1))
            }

            try await site.relay.comeBack()
            try await site.askSteadily(portion)
            try await site.settle()
            #expect(try await daemon.waitForHealth("\"relay\":\"ok\"").body.contains("\"status\":\"ok\""))
            #expect(try await daemon.metric("resetd_relay_paused") == 0)
            #expect(try daemon.count("the relay does not take mail") == 1)
            #expect(try daemon.count("the relay works again") == 1)
            #expect(try await site.attempts == 0)
        }
    }

    @Test func `rows that are given back while the relay comes and goes are never poison`() async throws {
        try await Site.run("relay comes and goes") { site in
            let rounds = Scale.requests(20, short: 3)
            let daemon = try await site.readyDaemon()
            try await site.ask(1)
            try await site.relay.waitForMails(1)
            for round in 1...rounds {
                await site.relay.goAway()
                try await site.ask(10)
                try await daemon.waitForHealth("\"relay\":\"degraded\"")
                try await site.wait { try await $0.count("state = 'queued' AND fence > 0") > 0 }
                try await site.relay.comeBack()
                try await site.relay.waitForMails(1 + 10 * round)
                try await daemon.waitForHealth("\"relay\":\"ok\"")
            }
            try await site.settle()
            #expect(try await site.count("rescues > 0") == 0)
            #expect(try await site.attempts == 0)
        }
    }

    @Test func `a mail that waits at its dot does not keep the daemon from trying a relay that was away`() async throws
    {
        let others = Scale.requests(200, short: 20)
        try await Site.run("away while a dot waits") { site in
            let daemon = try await site.readyDaemon(smtp: ", dotTimeout: 1h")
            site.relay.use(RelayScript { $0.stage == .dot ? .hold(.usual) : .usual })
            try await site.ask(1)
            try await site.relay.wait { $0.greatestOverlap == 1 }
            site.relay.use(RelayScript { $0.stage == .greeting ? .replyAndClose("421 4.3.2 Not now") : .usual })
            try await site.ask(others)
            try await daemon.waitForHealth("\"relay\":\"degraded\"")
            site.relay.use(RelayScript())
            try await site.relay.waitForMails(others)
            site.relay.release()
        }
    }

    @Test func `what waited for a relay that was away is not given up at its first "later"`() async throws {
        try await Site.run("away for longer than giveUpAfter", settled: ["failed"]) { site in
            let daemon = try await site.readyDaemon(worker: ", giveUpAfter: 1s")
            await site.relay.goAway()
            try await site.ask(50)
            try await daemon.waitForHealth("\"relay\":\"degraded\"")
            try await site.wait { try await $0.count("first_claimed_at < now() - interval '1 second'") > 0 }
            site.relay.use(FirstTry(.rcpt, .reply("450 4.2.0 Greylisted"), sparing: "<nobody@").script)
            try await site.relay.comeBack()
            try await site.settle()
            #expect(try await site.count("state = 'sent' AND attempts = 1") == 50)
        }
    }

    @Test func `a relay that takes fewer connections than it is offered is not away`() async throws {
        try await Site.run("two connections of four") { site in
            let relay = site.relay
            relay.use(
                RelayScript { event in
                    switch event.stage {
                    case .greeting where relay.history.open > 2: .replyAndClose("421 4.7.0 Too many connections")
                    case .dot: .after(.milliseconds(5), .usual)
                    default: .usual
                    }
                })
            let daemon = try await site.readyDaemon()
            // The first answers are what tells such a relay from one that is away.
            try await site.ask(1)
            try await site.relay.waitForMails(1)
            try await site.ask(Scale.requests(1000, short: 400))
            try await site.settle()
            #expect(try daemon.count("the relay does not take mail") == 0)
            #expect(try await site.attempts == 0)
        }
    }
}
