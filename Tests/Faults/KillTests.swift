import Foundation
import Postgres
import TestSupport
import Testing

/// A daemon that dies: what it knew is not lost, and what it sent is not sent again.
@Suite(.timeLimit(.minutes(10)))
struct KillTests {
    private let slowDot = RelayScript { $0.stage == .dot ? .after(.milliseconds(5), .usual) : .usual }

    @Test func `a daemon killed five times at any moment repeats at most a mail per connection and kill`() async throws
    {
        let kills = 5
        try await Site.run("SIGKILL x5 at any moment", script: slowDot, twice: kills * Site.connections) { site in
            let count = Scale.requests(1500, short: 600)
            let state = try site.stateDirectory()
            var daemon = try site.daemon(state)
            try await daemon.waitUntil(200)
            try await site.ask(count)
            for kill in 1...kills {
                try await site.relay.waitForMails(kill * count / (kills + 1))
                await daemon.kill()
                site.forget(daemon)
                daemon = try site.daemon(state)
            }
        }
    }

    @Test func `a daemon killed at each step of the way repeats only what waited for the answer to its dot`()
        async throws
    {
        // Two of the kills find mails at their dots.
        try await Site.run("SIGKILL at each step", twice: 2 * Site.connections) { site in
            let count = Scale.requests(1500, short: 300)
            let state = try site.stateDirectory()
            var daemon = try site.daemon(state)
            try await daemon.waitUntil(200)

            /// Kills the daemon when it has come so far, and starts it anew with a relay that will stop it elsewhere.
            func kill(then script: RelayScript, once hasComeThere: (Site) async throws -> Void) async throws {
                try await hasComeThere(site)
                await daemon.kill()
                site.forget(daemon)
                site.relay.use(script)
                daemon = try site.daemon(state)
            }
            func silent(at stage: RelayScript.Stage) -> RelayScript {
                RelayScript { $0.stage == stage ? .silence : .usual }
            }

            // While it claims.
            try await kill(then: silent(at: .mail)) { site in
                try await site.cuttingOff("LOCK TABLE resetd.outbox IN EXCLUSIVE MODE") {
                    try await site.waitForBlockedDaemon()
                    await daemon.kill()
                }
                try await site.ask(count)
            }
            // Claimed and composed, and nothing of it on the wire but an envelope.
            try await kill(then: silent(at: .data)) { site in
                try await site.relay.wait { $0.commands.last?.hasPrefix("MAIL") == true }
            }
            // The relay waits for a content.
            try await kill(then: RelayScript { $0.stage == .dot ? .keep(.silence) : .usual }) { site in
                try await site.relay.wait { $0.commands.last?.hasPrefix("DATA") == true }
            }
            // The relay has the mail, and the daemon is not told.
            try await kill(then: RelayScript { $0.stage == .mail ? .hold(.usual) : .usual }) { site in
                try await site.relay.waitForMails(Site.connections)
            }
            // Told, and the database does not know.
            try await kill(then: RelayScript()) { site in
                try await site.relay.wait { $0.open > 0 && $0.commands.last?.hasPrefix("MAIL") == true }
                try await site.cuttingOff("SELECT FROM resetd.outbox FOR UPDATE") {
                    site.relay.release()
                    try await site.waitForBlockedDaemon()
                    await daemon.kill()
                }
            }
        }
    }

    @Test func `of three daemons one is killed and one stopped for longer than its lease`() async throws {
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(20), .usual) : .usual }
        // The killed one has four mails at their dots. The stopped one too, and four more that were answered meanwhile.
        try await Site.run("three daemons, a kill, a zombie", script: script, twice: 3 * Site.connections) { site in
            let count = Scale.requests(1500, short: 600)
            let worker = ", lease: 2s"
            let state = try site.stateDirectory()
            let killed = try site.daemon(state, worker: worker)
            let zombie = try site.daemon(try site.stateDirectory(), worker: worker)
            let other = try site.daemon(try site.stateDirectory(), worker: worker)
            for daemon in [killed, zombie, other] { try await daemon.waitUntil(200) }
            try await site.ask(count)
            try await site.relay.waitForMails(count / 4)
            await killed.kill()
            site.forget(killed)
            _ = try site.daemon(state, worker: worker)
            try await site.relay.waitForMails(count / 2)
            zombie.send(SIGSTOP)
            try await site.settle()
            zombie.send(SIGCONT)
            try await zombie.waitForLog("the heartbeat was late")
        }
    }
}
