import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// Ways in and out: TLS, secrets on their way to the daemon, and what the unit lets it do.
@Suite(.database, .timeLimit(.minutes(5)))
struct TransportTests {
    private static let wrong: [RelayScript.Encryption] = [
        .none, .startTLS(.otherHost), .startTLS(.expired), .startTLS(.foreign), .implicit(.good),
    ]

    private static func settings(_ relay: ScriptedRelay, tls: String?) async throws -> String {
        let authority = try await TestCertificate.shared().authorityFile
        let tls = tls.map { ", tls: \($0)" } ?? ""
        return """
            smtp: { url: "smtp://127.0.0.1:\(relay.port)", timeout: 2s, caFile: "\(authority)", username: user, password: secret\(tls) }
            """
    }

    @Test(arguments: wrong.indices)
    func `R25: without a verified TLS connection no mail goes out and no password either`(number: Int) async throws {
        let script = RelayScript(encryption: Self.wrong[number], mechanisms: ["PLAIN", "LOGIN"])
        try await TestDatabase.current.execute(
            "INSERT INTO directory.users (login_id, email) VALUES ('mary', 'mary@example.org')")
        let relay = try await ScriptedRelay(script)
        // Required unless it is switched off by name: so no word of it at all.
        try await withDaemon(relay: relay.url, more: try await Self.settings(relay, tls: nil)) { daemon in
            _ = try await daemon.web.post("/forgot", form: [("email", "mary@example.org")])
            while try await !daemon.operations.get("/health/ready").body.contains("degraded") {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(relay.mails.isEmpty)
            #expect(!relay.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
            let state = try await TestDatabase.current.execute("SELECT state, attempts FROM resetd.outbox").map(\.texts)
            #expect(state.allSatisfy { $0[0] != "sent" && $0[0] != "failed" && $0[1] == "0" })
        }
        await relay.goAway()
    }

    @Test func `R25: an answer that was put in before TLS counts for nothing (STARTTLS injection)`() async throws {
        let script = RelayScript(encryption: .startTLS(.good), mechanisms: ["PLAIN"]) { event in
            event.stage == .starttls ? .raw(Array("220 go on\r\n250 2.0.0 injected\r\n".utf8)) : .usual
        }
        try await TestDatabase.current.execute(
            "INSERT INTO directory.users (login_id, email) VALUES ('mary', 'mary@example.org')")
        let relay = try await ScriptedRelay(script)
        try await withDaemon(relay: relay.url, more: try await Self.settings(relay, tls: "required")) { daemon in
            _ = try await daemon.web.post("/forgot", form: [("email", "mary@example.org")])
            while try await !daemon.operations.get("/health/ready").body.contains("degraded") {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(relay.mails.isEmpty && !relay.commands.contains { $0.hasPrefix("AUTH") })
        }
        await relay.goAway()
    }

    @Test(arguments: [
        "postgresql://u@db.example.org/site", "postgresql://u@db.example.org/site?sslmode=require",
        "postgresql://u@192.0.2.1/site?sslmode=verify-ca",
        "postgresql://u@localhost,db.example.org/site", "host=db.example.org sslmode=prefer",
        "postgresql:///site?host=db.example.org",
        "postgresql://u@127.0.0.1/site?hostaddr=192.0.2.1", "postgresql://u@%2Ftmp,192.0.2.1/site",
        "host=/tmp hostaddr=192.0.2.1",
        "service=elsewhere",
    ])
    func `R25: a database on another host wants verify-full, or is refused by name`(url: String) async throws {
        let folder = try TemporaryFolder()
        let keys = try folder.file("keys", "7:\(String(repeating: "A", count: 42))E\n")
        let services = try folder.file("services", "[elsewhere]\nhost=db.example.org\n")
        let environment = [
            "RESETD_DATABASE_URL": url, "RESETD_SMTP_URL": "smtp://127.0.0.1:9",
            "RESETD_LINK_BASE": "http://127.0.0.1:8080",
            "RESETD_MAIL_FROM": "x@example.org", "RESETD_LINK_KEYS_FILE": keys.path, "RESETD_WEB_LISTEN": "off",
            "RESETD_OPS_LISTEN": "off",
            "PGSERVICEFILE": services.path,
        ]
        let result = try await BuiltProgram.run("serve", environment: environment)
        #expect(result.code == 78 && result.errors.contains("database.url"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func `R30: a secret is no argument, a key file is its owner's alone, and no error quotes a key`() async throws
    {
        let database = try TestDatabase.current
        let environment = ["RESETD_DATABASE_URL": database.database.url]
        try await database.execute("INSERT INTO directory.users (login_id) VALUES ('mary')")
        for arguments in [
            ["accounts", "set-password", "user", "mary", Site.new],
            ["accounts", "set-password", "user", "mary", "--password", Site.new],
            ["accounts", "set-pin", "mary", "048151"], ["serve", "--link-keys", "7:AAAA"],
            ["serve", "--smtp-password", "x"],
        ] {
            let result = try await BuiltProgram.run(arguments, environment: environment)
            #expect(result.code == 64, "\(arguments)")
        }
        let piped = try await BuiltProgram.run(
            ["accounts", "set-password", "user", "mary"], environment: environment, input: "\(Site.new)\n")
        #expect(piped.code == 0 && !piped.output.contains(Site.new) && !piped.errors.contains(Site.new))

        let folder = try TemporaryFolder()
        let ring = "7:\(String(repeating: "K", count: 42))E"
        for (mode, content) in [
            (0o644, ring), (0o640, ring), (0o604, ring), (0o600, ring + "KKKK"), (0o600, "7" + ring),
        ] {
            let keys = try folder.file("keys-\(mode)-\(content.count)", content + "\n" + ring + "\n" + ring, mode: mode)
            let settings = environment.merging([
                "RESETD_SMTP_URL": "smtp://127.0.0.1:9", "RESETD_MAIL_FROM": "x@example.org",
                "RESETD_LINK_BASE": "http://127.0.0.1:8080", "RESETD_LINK_KEYS_FILE": keys.path,
            ]) { $1 }
            let result = try await BuiltProgram.run("serve", environment: settings)
            #expect(result.code == 78 && result.errors.contains(keys.path), "\(result.errors)")
            #expect(!result.errors.contains("KKKK"))
        }
    }

    @Test func `R31: the unit exposes no more than 1.2 of what systemd-analyze counts, and leaves no core`()
        async throws
    {
        let unit = Document.path("systemd/resetd.service")
        let output = try await Tool.run("systemd-analyze", "security", "--offline=true", "--no-pager", unit)
        let line = try #require(output.split(separator: "\n").first { $0.contains("Overall exposure level") })
        let level = try #require(line.split(separator: " ").compactMap { Double($0) }.first)
        #expect(level <= 1.2)
        #expect(try Document.text("systemd/resetd.service").contains("\nLimitCORE=0\n"))
    }
}
