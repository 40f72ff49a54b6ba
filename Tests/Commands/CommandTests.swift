import Foundation
import Postgres
import TestSupport
import Testing

/// Commands as an operator runs them, on a real database.
@Suite(.database, .timeLimit(.minutes(5)))
struct CommandTests {
    private func run(_ arguments: String...) async throws -> BuiltProgram.Result {
        try await BuiltProgram.run(
            arguments, environment: ["RESETD_DATABASE_URL": try TestDatabase.current.daemon.url])
    }

    private func list(_ arguments: String...) async throws -> [[String: Any]] {
        let result = try await BuiltProgram.run(
            ["outbox", "list", "--json"] + arguments,
            environment: ["RESETD_DATABASE_URL": try TestDatabase.current.daemon.url])
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    }

    @Test func `request queues, list and show find it, cancel and retry settle it`() async throws {
        let id = try await run("request", "anna@example.org", "--kind", "user").output.trimmingCharacters(in: .newlines)
        #expect(Int(id) != nil)
        #expect(try await list().first?["email"] as? String == "anna@example.org")
        #expect(try await list("--state", "sent").isEmpty)
        let shown = try await run("outbox", "show", id)
        #expect(shown.code == 0)
        #expect(shown.output.contains("anna@example.org"))
        #expect(try await run("outbox", "cancel", id).code == 0)
        #expect(try await list().first?["state"] as? String == "cancelled")
        #expect(try await run("outbox", "retry", id).code == 0)
        #expect(try await list().first?["state"] as? String == "queued")
        #expect(try await run("outbox", "retry", id).code == 1)
        #expect(try await run("outbox", "show", "999").code == 1)
    }

    @Test func `purge deletes settled requests that are old, and no others`() async throws {
        try await TestDatabase.current.executeScript(
            """
            INSERT INTO resetd.outbox (email, state, requested_at) VALUES
                ('a@example.org', 'sent', now() - interval '100 days'), ('b@example.org', 'sent', now()),
                ('c@example.org', 'queued', now() - interval '100 days');
            """)
        #expect(try await run("outbox", "purge").output == "1 purged\n")
        #expect(try await list().count == 2)
        #expect(try await run("outbox", "purge", "--days", "7").code == 64)
    }

    @Test func `wrong usage is 64, a database that is away is 1`() async throws {
        #expect(try await BuiltProgram.run("frobnicate").code == 64)
        #expect(try await BuiltProgram.run("request").code == 64)
        #expect(try await BuiltProgram.run("outbox", "show", "x").code == 64)
        let away = try await BuiltProgram.run(
            "request", "a@example.org", environment: ["RESETD_DATABASE_URL": "host=/nonexistent"])
        #expect(away.code == 1)
        #expect(away.errors.split(separator: "\n").count == 1)
    }

    @Test func `the help of every command is there`() async throws {
        for command in ["serve", "migrate", "grants", "check", "request", "outbox", "keys", "demo"] {
            let help = try await BuiltProgram.run(command, "--help")
            #expect(help.code == 0)
            #expect(help.output.contains("USAGE: resetd \(command)"))
        }
    }

    @Test func `check names each thing that it looked at, and fails when one is wrong`() async throws {
        let environment = [
            "RESETD_DATABASE_URL": try TestDatabase.current.daemon.url, "RESETD_SMTP_TLS": "off",
            "RESETD_MAIL_FROM": "Support <support@example.org>", "RESETD_LINK_BASE": "http://127.0.0.1:8080",
            "RESETD_LINK_KEYS": "1:\(String(repeating: "A", count: 42))E",
        ]
        try await withScriptedRelay { relay in
            let good = try await BuiltProgram.run(
                "check", environment: environment.merging(["RESETD_SMTP_URL": relay.url]) { $1 })
            #expect(good.code == 0)
            for part in ["settings", "keys", "database", "schema", "privileges", "relay"] {
                #expect(good.output.contains("ok    \(part): "))
            }
            #expect(relay.mails.isEmpty)
            await relay.goAway()
            let bad = try await BuiltProgram.run(
                "check", environment: environment.merging(["RESETD_SMTP_URL": relay.url]) { $1 })
            #expect(bad.code == 1)
            #expect(bad.output.contains("FAIL  relay: "))
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct KeysCommandTests {
    @Test func `generate, rotate and prune change the ring's file and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let generated = try await BuiltProgram.run("keys", "generate")
        #expect(generated.code == 0)
        #expect(generated.output.split(separator: "\n").count == 1)
        let file = try folder.file("keys", generated.output)
        let environment = ["RESETD_LINK_KEYS_FILE": file.path]
        #expect(try await BuiltProgram.run("keys", "rotate", environment: environment).code == 0)
        let rotated = try String(contentsOf: file, encoding: .utf8)
        #expect(rotated.hasPrefix("2:"))
        #expect(rotated.hasSuffix(generated.output))
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await BuiltProgram.run("keys", "prune", "2", environment: environment).code == 1)
        #expect(try await BuiltProgram.run("keys", "prune", "1", environment: environment).code == 0)
        #expect(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count == 1)
        #expect(try await BuiltProgram.run("keys", "rotate").code == 78)

        #expect(try await BuiltProgram.run("keys", "rotate", "--behind", environment: environment).code == 0)
        #expect(try Self.ids(of: file) == ["2", "3"])
        #expect(try await BuiltProgram.run("keys", "promote", "3", environment: environment).code == 0)
        #expect(try Self.ids(of: file) == ["3", "2"])
        #expect(try await BuiltProgram.run("keys", "promote", "9", environment: environment).code == 1)
    }

    private static func ids(of file: URL) throws -> [Substring] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: ":").first
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct DemoTests {
    @Test func `demo --once walks the whole way and leaves nothing behind`() async throws {
        let temporary = try TemporaryFolder()
        let result = try await BuiltProgram.run("demo", "--once", environment: ["TMPDIR": temporary.url.path])
        #expect(result.code == 0)
        #expect(result.output.contains("All is well"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.url.path).isEmpty)
    }
}
