import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// A relay that says no, in every way and at every stage.
@Suite(.timeLimit(.minutes(10)))
struct RelayRefusalTests {
    @Test func `an answer that is lost after the dot makes one more mail of the same bytes`() async throws {
        let count = Scale.requests(1000, short: 200)
        let cuts = Misfortunes((0..<(count / 20)).map { _ in .init(.dot, .keep(.close)) }, every: 10)
        try await Site.run("250 lost", script: cuts.script, twice: count / 20) { site in
            let daemon = try await site.readyDaemon()
            try await site.ask(count)
            try await site.settle()
            #expect(cuts.left == 0)
            #expect(site.repeated.count == count / 20)
            for (_, copies) in site.repeated {
                #expect(copies.count == 2)
                #expect(copies.first?.content == copies.last?.content)
            }
            #expect(try await daemon.metric("resetd_unknown_outcomes_total") == Double(count / 20))
            #expect(try await site.attempts == 0)
        }
    }

    /// Every refusal and a cut at every stage. What befalls a new connection comes after what ends one.
    private static let everything: [Misfortunes.Misfortune] = {
        func refusals(_ stage: RelayScript.Stage) -> [Misfortunes.Misfortune] {
            [
                .init(stage, .reply("451 4.0.0 \(stage) later")), .init(stage, .reply("550 5.0.0 \(stage) never")),
                .init(stage, .replyAndClose("421 4.3.2 \(stage) not now")),
                .init(stage, stage == .dot ? .keep(.close) : .close),
            ]
        }
        let enders = [RelayScript.Stage.mail, .rcpt, .data, .dot].map(refusals)
        let first = zip(refusals(.greeting), refusals(.ehlo))
        return zip(enders, first).flatMap { $0 + [$1.0, .init(.mail, .close), $1.1] } + [.init(.body, .close)]
    }()

    @Test func `every refusal at every stage is blamed on whom it concerns`() async throws {
        let rounds = Scale.requests(3, short: 1)
        let spacing = Scale.requests(12, short: 6)
        let faults = Misfortunes((0..<rounds).flatMap { _ in Self.everything }, every: spacing)
        // Only the cut at the dot leaves a mail that was taken without an answer.
        try await Site.run("4xx, 5xx, 421, cuts", script: faults.script, twice: rounds, settled: ["failed"]) { site in
            let daemon = try await site.readyDaemon()
            while faults.left > 0 {
                try await site.ask(20)
                try await site.settle()
            }
            #expect(try await site.attempts == 3 * rounds)
            #expect(try await site.count("state = 'failed' AND reason = 'undeliverable'") == 3 * rounds)
            #expect(try await site.count("state = 'failed'") == 3 * rounds)
            for stage in ["rcpt", "data", "dot"] {
                let reply = "550 5.0.0 \(stage) never"
                #expect(try await site.count("state = 'failed' AND last_reply = \(reply)") == rounds)
            }
            #expect(site.repeated.count == rounds)
            #expect(try await daemon.metric("resetd_unknown_outcomes_total") == Double(2 * rounds))
        }
    }

    @Test(arguments: [
        ("AUTH 535", RelayScript.Stage.auth, "535 5.7.8 Authentication failed", "smtp.username"),
        ("AUTH 454", .auth, "454 4.7.0 Temporary authentication failure", ""),
        ("MAIL 550", .mail, "550 5.7.1 Sender refused", "mail.from"),
        ("MAIL 553", .mail, "553 5.7.1 Not your address", "mail.from"),
    ])
    func `a relay that will have neither us nor our sender takes what waited as soon as it is mended`(
        _ name: String, _ stage: RelayScript.Stage, _ refusal: String, _ setting: String
    ) async throws {
        func script(_ action: RelayScript.Action) -> RelayScript {
            RelayScript(encryption: .startTLS(.good), mechanisms: ["PLAIN"]) { $0.stage == stage ? action : .usual }
        }
        let authority = try await TestCertificate.shared().authorityFile
        try await Site.run("\(name), then mended", script: script(.reply(refusal))) { site in
            let daemon = try await site.readyDaemon(
                smtp: ", tls: required, caFile: \"\(authority)\", username: user, password: secret")
            try await site.ask(Scale.requests(500, short: 50))
            let health = try await daemon.waitForHealth("\"relay\":\"degraded\"")
            #expect(health.status == 200)
            try await site.relay.wait { $0.connections >= 3 }
            let line = try #require(
                try daemon.lines.split(separator: "\n").first { $0.contains("the relay does not take mail") })
            #expect(line.contains(refusal))
            #expect(setting.isEmpty || line.contains(setting))
            #expect(!line.contains("secret"))
            #expect(site.relay.mails.isEmpty)

            site.relay.use(script(.usual))
            try await site.settle()
            #expect(try await site.attempts == 0)
            #expect(try daemon.count("the relay does not take mail") == 1)
            #expect(try daemon.count("the relay works again") == 1)
        }
    }

    @Test func `a mail at which the relay hangs up each time is given up, and the others are sent`() async throws {
        let script = RelayScript { $0.stage == .rcpt && $0.command.contains("<p9@") ? .close : .usual }
        try await Site.run("hangs up at one mail", script: script, settled: ["failed"]) { site in
            _ = try await site.readyDaemon(worker: ", giveUpAfter: 1s")
            try await site.ask(20)
            try await site.settle()
            #expect(try await site.count("state = 'failed' AND reason = 'gave_up' AND email LIKE 'p9@%'") == 1)
            #expect(try await site.count("state = 'sent'") == 19)
            #expect(try await site.attempts == 0)
        }
    }

    @Test func `a recipient that is put off for ever is given up, and the others are sent`() async throws {
        let script = RelayScript { event in
            event.stage == .rcpt && event.command.contains("9@") ? .reply("450 4.2.0 Greylisted") : .usual
        }
        try await Site.run("4xx for ever", script: script, settled: ["failed"]) { site in
            let count = Scale.requests(1000, short: 100)
            _ = try await site.readyDaemon(worker: ", giveUpAfter: 1s")
            try await site.ask(count)
            try await site.settle()
            #expect(try await site.count("state = 'failed' AND reason = 'gave_up' AND email LIKE '%9@%'") == count / 10)
            #expect(try await site.count("state = 'failed' AND last_reply = '450 4.2.0 Greylisted'") == count / 10)
            #expect(try await site.count("state = 'sent' AND attempts = 0") == count - count / 10)
            #expect(try await site.count("state = 'failed' AND attempts < 2") == 0)
        }
    }
}
