import Foundation
import Postgres
import TestSupport
import Testing

/// SIGTERM: what is on the wire is finished, the rest goes back, and the next daemon sends it.
@Suite(.timeLimit(.minutes(10)))
struct StopTests {
    @Test func `a daemon told to stop in mid-run leaves no row behind, and the next one goes on`() async throws {
        let stops = Scale.requests(8, short: 3)
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(10), .usual) : .usual }
        try await Site.run("SIGTERM x\(stops)", script: script) { site in
            let count = Scale.requests(1500, short: 400)
            try await site.ask(count)
            for stop in 1...stops {
                let daemon = try await site.readyDaemon()
                site.forget(daemon)
                try await site.relay.waitForMails(stop * count / (stops + 1))
                #expect(await daemon.stop() == 0)
                #expect(try await site.count("state = 'sending'") == 0)
                #expect(try await site.count("state = 'sent'") == site.relay.mails.count)
                #expect(try await site.count("state IN ('sent', 'queued')") == count)
            }
            _ = try await site.readyDaemon()
        }
    }

    @Test func `a daemon told to stop while the relay is away stops, and nothing is lost`() async throws {
        try await Site.run("SIGTERM while the relay is away") { site in
            await site.relay.goAway()
            let daemon = try await site.readyDaemon()
            site.forget(daemon)
            try await site.ask(Scale.requests(1000, short: 100))
            try await daemon.waitForHealth("\"relay\":\"degraded\"")
            #expect(await daemon.stop() == 0)
            #expect(try await site.count("state = 'queued'") == site.asked)
            try await site.relay.comeBack()
            _ = try await site.readyDaemon()
        }
    }

    @Test func `a second SIGTERM ends the wait for a relay that is silent at the dot`() async throws {
        let script = RelayScript { $0.stage == .dot ? .keep(.silence) : .usual }
        try await Site.run("SIGTERM twice, silent dot", script: script, twice: Site.connections) { site in
            let daemon = try await site.readyDaemon()
            site.forget(daemon)
            try await site.ask(Scale.requests(1000, short: 100))
            try await site.relay.waitForMails(Site.connections)
            daemon.send(SIGTERM)
            // What nobody has begun to send is back; behind each dot one more envelope is on the wire.
            try await site.wait { try await $0.count("state = 'sending'") <= 2 * Site.connections }
            #expect(await daemon.stop() == 0)
            #expect(try await site.count("state = 'queued'") == site.asked)
            site.relay.use(RelayScript())
            _ = try await site.readyDaemon()
        }
    }
}
