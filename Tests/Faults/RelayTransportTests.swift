import Foundation
import Postgres
import TestSupport
import Testing

/// A relay whose bytes come slowly, without end or without sense.
@Suite(.timeLimit(.minutes(10)))
struct RelayTransportTests {
    private static let usual: [(RelayScript.Stage, String)] = [
        (.greeting, "220 localhost ESMTP scripted"), (.ehlo, "250 localhost"), (.mail, "250 2.1.0 Ok"),
        (.rcpt, "250 2.1.5 Ok"), (.data, "354 Go on"), (.dot, "250 2.0.0 Ok"),
    ]

    @Test func `a relay that drips its answers is left after the timeout, and at the dot waited for`() async throws {
        try await Site.run("slow drips") { site in
            let count = Scale.requests(100, short: 10)
            let daemon = try await site.readyDaemon(smtp: ", timeout: 1s, dotTimeout: 1m")
            func drip(_ stage: RelayScript.Stage, every pause: Duration) -> RelayScript {
                let reply = Self.usual.first { $0.0 == stage }?.1 ?? ""
                return RelayScript { $0.stage == stage ? .drip(reply, every: pause) : .usual }
            }
            for stage in [RelayScript.Stage.greeting, .mail, .data] {
                await site.relay.hangUp()
                // No reply would be complete within half a minute.
                site.relay.use(drip(stage, every: .milliseconds(3000)))
                let startedAt = ContinuousClock.now
                try await site.ask(count)
                try await daemon.waitForHealth("\"relay\":\"degraded\"")
                #expect(.now - startedAt < .seconds(10))
                #expect(site.relay.mails.count == site.asked - count)
                site.relay.use(RelayScript())
                try await site.relay.waitForMails(site.asked)
                try await daemon.waitForHealth("\"relay\":\"ok\"")
            }
            site.relay.use(drip(.dot, every: .milliseconds(150)))
            try await site.ask(2 * Site.connections)
            try await site.relay.waitForMails(site.asked)
            #expect(try await site.attempts == 0)
        }
    }

    /// What is no answer, or more than one, instead of the usual `reply`.
    private static func rubbish(_ reply: String) -> [RelayScript.Action] {
        let code = reply.prefix(3)
        return [
            .raw([UInt8](repeating: UInt8(ascii: "2"), count: 1 << 20)),
            .raw(Array(repeatElement("\(code)-and so on\r\n", count: 10_000).joined().utf8)),
            .raw((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }),
            .raw(Array("000 What is this\r\n".utf8)), .raw(Array("999 What is this\r\n".utf8)),
            .raw(Array("\r\n\r\n\r\n".utf8)), .raw(Array("\(code)\0\(reply.dropFirst(3))\r\n".utf8)),
            // This one is an answer, and one too many.
            .reply("\(reply)\n\(reply)"),
        ]
    }

    @Test func `huge and garbled answers lose nothing, repeat nothing and fill no memory`() async throws {
        var list: [Misfortunes.Misfortune] = []
        for (number, (stage, reply)) in Self.usual.enumerated() {
            for (kind, action) in Self.rubbish(reply).enumerated() where Scale.isLong || (kind + number) % 3 == 0 {
                list += [.init(.mail, .close), .init(stage, action)]
            }
        }
        let faults = Misfortunes(list, every: 2)
        // The relay keeps a mail only where its answer says so.
        try await Site.run("huge and garbled answers", script: faults.script) { site in
            let daemon = try await site.readyDaemon(smtp: ", timeout: 2s")
            while faults.left > 0 {
                try await site.ask(10)
                try await site.relay.waitForMails(site.asked)
            }
            try await site.settle()
            #expect(try await site.attempts == 0)
            #expect(try BuiltProgram.isSanitized || daemon.peakMemory < 150)
        }
    }
}
