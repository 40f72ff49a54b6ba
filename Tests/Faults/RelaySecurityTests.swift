import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// TLS of every wrong kind: no mail and no secret goes out, and none is needed but a relay that is mended.
@Suite(.timeLimit(.minutes(10)))
struct RelaySecurityTests {
    private static func script(
        _ encryption: RelayScript.Encryption,
        _ answer: @escaping @Sendable (RelayScript.Event) -> RelayScript.Action = {
            _ in .usual
        }
    ) -> RelayScript {
        RelayScript(encryption: encryption, mechanisms: ["PLAIN", "LOGIN"], answer: answer)
    }

    /// One after the other at the same daemon, each until it is complained of, and mended.
    private func run(_ scenario: String, right: RelayScript, wrong: [(String, RelayScript)]) async throws {
        let authority = try await TestCertificate.shared().authorityFile
        try await Site.run(scenario, script: right) { site in
            let count = Scale.requests(50, short: 5)
            let daemon = try await site.readyDaemon(
                smtp: ", tls: required, timeout: 2s, caFile: \"\(authority)\", username: user, password: secret")
            for (name, script) in wrong {
                await site.relay.hangUp()
                site.relay.use(script)
                let before = site.relay.commands.count
                try await site.ask(count)
                let health = try await daemon.waitForHealth("\"relay\":\"degraded\"")
                #expect(health.status == 200, "\(name)")
                #expect(site.relay.mails.count == site.asked - count, "\(name)")
                let said = site.relay.commands[before...]
                #expect(!said.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") }, "\(name): \(said)")

                site.relay.use(right)
                try await site.relay.waitForMails(site.asked)
                try await daemon.waitForHealth("\"relay\":\"ok\"")
            }
            #expect(try await site.attempts == 0)
            #expect(try daemon.count("the relay does not take mail") == wrong.count)
            #expect(try !daemon.lines.contains("secret"))
        }
    }

    @Test func `STARTTLS of every wrong kind gets neither mail nor credentials, and needs no restart`() async throws {
        try await run(
            "STARTTLS of wrong kinds", right: Self.script(.startTLS(.good)),
            wrong: [
                ("not offered", Self.script(.none)),
                ("another host's certificate", Self.script(.startTLS(.otherHost))),
                ("expired", Self.script(.startTLS(.expired))),
                ("a stranger's authority", Self.script(.startTLS(.foreign))),
                (
                    "refused",
                    Self.script(.startTLS(.good)) {
                        $0.stage == .starttls ? .reply("454 4.7.0 TLS not available") : .usual
                    }
                ),
                (
                    "refused for good",
                    Self.script(.startTLS(.good)) { $0.stage == .starttls ? .reply("554 5.7.0 No TLS") : .usual }
                ),
                (
                    "plain text after it",
                    Self.script(.startTLS(.good)) {
                        $0.stage == .starttls
                            ? .raw(Array("220 2.0.0 Ready\r\n250-localhost\r\n250 AUTH PLAIN\r\n".utf8)) : .usual
                    }
                ),
                (
                    "silence after it",
                    Self.script(.startTLS(.good)) {
                        $0.stage == .starttls ? .raw(Array("220 2.0.0 Go\r\n".utf8)) : .usual
                    }
                ),
            ])
    }

    @Test func `TLS from the first byte of every wrong kind gets nothing either`() async throws {
        try await run(
            "implicit TLS of wrong kinds", right: Self.script(.implicit(.good)),
            wrong: [
                ("another host's certificate", Self.script(.implicit(.otherHost))),
                ("expired", Self.script(.implicit(.expired))),
                ("a stranger's authority", Self.script(.implicit(.foreign))),
                ("none", Self.script(.none)),
                ("STARTTLS", Self.script(.startTLS(.good))),
            ])
    }
}
