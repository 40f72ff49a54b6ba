import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// What `resetd check` finds wrong, one thing at a time, on real servers.
@Suite(.database, .timeLimit(.minutes(5)))
struct CheckTests {
    private func environment(_ relay: String, _ more: [String: String] = [:]) throws -> [String: String] {
        [
            "RESETD_DATABASE_URL": try TestDatabase.current.daemon.url, "RESETD_SMTP_TLS": "off",
            "RESETD_SMTP_URL": relay, "RESETD_MAIL_FROM": "Support <support@example.org>",
            "RESETD_LINK_BASE": "http://127.0.0.1:8080", "RESETD_LINK_KEYS": "1:\(String(repeating: "A", count: 42))E",
        ].merging(more) { $1 }
    }

    /// The line of one thing.
    private func line(
        _ name: String, _ arguments: [String] = [], environment: [String: String]
    ) async throws -> (code: Int32, text: String) {
        let result = try await BuiltProgram.run(["check"] + arguments, environment: environment)
        let line = try #require(
            result.output.split(separator: "\n").first { $0.dropFirst(6).hasPrefix("\(name): ") }, "\(result)")
        return (result.code, String(line))
    }

    /// It fails, says so in one line, and has a hint.
    private func expectFailure(
        _ name: String, saying words: String, _ arguments: [String] = [], environment: [String: String]
    ) async throws {
        let (code, text) = try await line(name, arguments, environment: environment)
        #expect(code == 1)
        #expect(text.hasPrefix("FAIL  \(name): ") && text.contains(words) && text.contains(" → "), "\(text)")
    }

    @Test func `all is well: a line each, no hint, and nothing is mailed or changed`() async throws {
        try await withScriptedRelay { relay in
            let result = try await BuiltProgram.run(["check"], environment: environment(relay.url))
            #expect(result.code == 0)
            let names = result.output.split(separator: "\n").map { $0.dropFirst(6).prefix { $0 != ":" } }
            #expect(
                names == [
                    "settings", "keys", "files", "database", "clock", "notifications", "schema", "privileges",
                    "contract", "duplicates", "relay",
                ])
            #expect(!result.output.contains("→"))
            #expect(result.output.contains("as resetd, by a Unix socket"))
            #expect(result.output.contains("ok    privileges: all that the daemon needs\n"))
            #expect(relay.mails.isEmpty)
            #expect(relay.commands.contains { $0.hasPrefix("MAIL FROM:<support@example.org>") })
            #expect(relay.commands.contains("RSET"))
        }
    }

    @Test func `--json is one array of the same lines`() async throws {
        try await withScriptedRelay { relay in
            await relay.goAway()
            let result = try await BuiltProgram.run(["check", "--json"], environment: environment(relay.url))
            #expect(result.code == 1)
            let lines = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
            let database = try #require(lines.first { $0["check"] as? String == "database" })
            #expect(database["ok"] as? Bool == true && database["hint"] == nil)
            let away = try #require(lines.first { $0["check"] as? String == "relay" })
            #expect(away["ok"] as? Bool == false && away["hint"] is String)
        }
    }

    @Test func `every setting that is wrong has its line`() async throws {
        let environment = try environment(
            "nonsense", ["RESETD_MAIL_FROM": "", "RESETD_LINK_BASE": "http://example.org"])
        let result = try await BuiltProgram.run(["check"], environment: environment)
        #expect(result.code == 1)
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("FAIL  settings: ") }
        #expect(lines.count == 3, "\(result.output)")
        for name in ["smtp.url", "mail.from", "link.base"] {
            #expect(lines.count { $0.hasPrefix("FAIL  settings: \(name) (RESETD_") && $0.contains(" → ") } == 1)
        }
    }

    @Test func `a role without grants is told of them, and not to migrate`() async throws {
        try await TestDatabase.current.executeScript("REVOKE USAGE ON SCHEMA resetd FROM resetd")
        let (_, text) = try await line("schema", environment: environment("smtp://127.0.0.1:9"))
        #expect(text.hasPrefix("FAIL") && text.contains("resetd grants") && !text.contains("resetd migrate"), "\(text)")
    }

    @Test func `a role without a privilege, and one with all of them, are told`() async throws {
        let database = try TestDatabase.current
        try await withScriptedRelay { relay in
            try await database.executeScript("REVOKE EXECUTE ON FUNCTION resetd.set_pin FROM resetd")
            try await expectFailure(
                "privileges", saying: "EXECUTE on resetd.set_pin", environment: environment(relay.url))
            let all = try await line(
                "privileges", environment: environment(relay.url, ["RESETD_DATABASE_URL": database.database.url]))
            #expect(all.code == 0 && all.text.contains("far more"))
        }
    }

    @Test func `a database that is away, and one of another version, are told`() async throws {
        try await withScriptedRelay { relay in
            try await expectFailure(
                "database", saying: "cannot be reached",
                environment: environment(relay.url, ["RESETD_DATABASE_URL": "postgresql:///x?host=/nonexistent"]))
            try await TestDatabase.current.executeScript("UPDATE resetd.migration SET checksum = 'x' WHERE version = 3")
            try await expectFailure("schema", saying: "3", environment: environment(relay.url))
        }
    }

    @Test func `notifications that go to another database do not come through`() async throws {
        try await withScriptedRelay { relay in
            let other = try TestDatabase.url(of: "postgres", as: "resetd")
            try await expectFailure(
                "notifications", saying: "did not come through",
                environment: environment(
                    relay.url, ["RESETD_DATABASE_POOLED": "true", "RESETD_DATABASE_LISTEN_URL": other]))
        }
    }

    @Test(arguments: [
        (RelayScript { $0.stage == .mail ? .reply("550 5.7.1 not yours") : .usual }, "sender", "mail.from"),
        (RelayScript { $0.stage == .greeting ? .reply("554 5.3.2 no") : .usual }, "greeting", "smtp.url"),
    ])
    func `a relay that refuses is told with its words and where to look`(
        script: RelayScript, stage: String, hint: String
    )
        async throws
    {
        try await withScriptedRelay(script) { relay in
            try await expectFailure("relay", saying: stage, environment: environment(relay.url))
            #expect(try await line("relay", environment: environment(relay.url)).text.contains(hint))
        }
    }

    @Test func `the days that the relay's certificate has left are told, and one of another authority is refused`()
        async throws
    {
        let certificate = try await TestCertificate.shared()
        try await withScriptedRelay(RelayScript(encryption: .startTLS(.good))) { relay in
            let trusting = ["RESETD_SMTP_TLS": "required", "RESETD_SMTP_CA_FILE": certificate.authorityFile]
            let good = try await line("certificate", environment: environment(relay.url, trusting))
            #expect(good.text.contains(/good for (29|30) more days/), "\(good.text)")
            let other = ["RESETD_SMTP_TLS": "required", "RESETD_SMTP_CA_FILE": certificate.strangerFile]
            try await expectFailure("relay", saying: "tls", environment: environment(relay.url, other))
        }
    }

    @Test func `a file that others may write is told`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("resetd.yaml", "log: { level: info }\n", mode: 0o666)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file.path)
        try await withScriptedRelay { relay in
            try await expectFailure(
                "files", saying: "others may write", ["--config", file.path], environment: environment(relay.url))
        }
    }

    @Test func `--reach asks for the page that links begin with`() async throws {
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                let base = "http://127.0.0.1:\(daemon.web.port)"
                let good = try await line(
                    "link", ["--reach"], environment: environment(relay.url, ["RESETD_LINK_BASE": base]))
                #expect(good.text == "ok    link: \(base)/forgot answers")
                try await expectFailure(
                    "link", saying: "answers 404, expected 200", ["--reach"],
                    environment: environment(relay.url, ["RESETD_LINK_BASE": "\(base)/elsewhere"]))
            }
            try await expectFailure(
                "link", saying: "http://127.0.0.1:9/forgot", ["--reach"],
                environment: environment(relay.url, ["RESETD_LINK_BASE": "http://127.0.0.1:9"]))
        }
    }

    @Test func `--send sends a mail like others, whose link is nobody's`() async throws {
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                let keys = try String(contentsOf: daemon.keys, encoding: .utf8)
                let base = "http://127.0.0.1:\(daemon.web.port)"
                let result = try await line(
                    "mail", ["--send", "ops@example.org"],
                    environment: environment(relay.url, ["RESETD_LINK_KEYS": keys, "RESETD_LINK_BASE": base]))
                #expect(result.text.hasPrefix("ok    mail: sent to ops@example.org, the relay says 250"))
                let mail = try #require(relay.mails.first)
                #expect(mail.recipients == ["ops@example.org"])
                let link = try #require(mail.text.split(separator: "\r\n").first { $0.hasPrefix("\(base)/reset/") })
                #expect(try await daemon.web.get(String(link.dropFirst(base.count))).status == 410)
            }
            try await expectFailure(
                "mail", saying: "local@domain", ["--send", "nobody"], environment: environment(relay.url))
            relay.use(RelayScript { $0.stage == .rcpt ? .reply("550 5.1.1 unknown") : .usual })
            try await expectFailure(
                "mail", saying: "550 5.1.1 unknown", ["--send", "x@example.org"], environment: environment(relay.url))
        }
    }
}
