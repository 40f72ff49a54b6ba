import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(5)))
struct AccountsCommandTests {
    private let password = "violet-anchor-teapot-7319"

    private func open() async throws -> TestDatabase {
        let database = try TestDatabase.current
        try await database.executeScript(
            """
            INSERT INTO directory.users (login_id, full_name, email) VALUES ('mary', 'Mary Baker', 'mary@example.org');
            INSERT INTO directory.contacts (login_id, full_name, email) VALUES
                ('ana', 'Ana Two', 'ana@example.com'), ('office1', 'Olga', 'office@example.com'),
                ('office2', 'Otto', 'Office@example.com');
            """)
        return database
    }

    private func run(_ arguments: String..., input: String = "") async throws -> BuiltProgram.Result {
        try await BuiltProgram.run(
            ["accounts"] + arguments, environment: ["RESETD_DATABASE_URL": TestDatabase.current.daemon.url],
            input: input)
    }

    private func value(_ query: Statement) async throws -> String? {
        try #require(try await TestDatabase.current.execute(query).first).texts[0]
    }

    @Test func `a password from a pipe is set, marked to be changed, told and audited, and shown nowhere`() async throws
    {
        let database = try await open()
        try await database.execute("UPDATE directory.users SET failed_attempts = 9, locked_until = 'infinity'")
        let result = try await run("set-password", "user", "mary", input: "\(password)\n")
        #expect(result.code == 0)
        #expect(result.output.contains("password of user mary set"))
        #expect(!(result.output + result.errors).contains(password))
        #expect(try await value("SELECT left(password_hash, 10) FROM directory.users") == "$argon2id$")
        #expect(
            try await value("SELECT password_change_required AND locked_until IS NULL FROM directory.users") == "t")
        #expect(try await value("SELECT purpose FROM resetd.outbox") == "password_changed")
        let audit = try await database.execute(
            "SELECT actor LIKE 'command:%' AS by, action FROM resetd.audit ORDER BY id")
        #expect(audit.map(\.texts) == [["t", "password_set"], ["t", "unlocked"]])
    }

    @Test func `what breaks a rule, and an account that nobody has, is one line and exit code 1`() async throws {
        _ = try await open()
        let weak = try await run("set-password", "contact", "ana", input: "password1234\n")
        #expect(weak.code == 1)
        #expect(weak.errors.split(separator: "\n").count == 1)
        #expect(weak.errors.contains("everybody tries first"))
        #expect(!weak.errors.contains("password1234"))
        let pin = try await run("set-pin", "mary", input: "123456\n")
        #expect(pin.code == 1)
        let nobody = try await run("unlock", "user", "martha")
        #expect(nobody.code == 1)
        #expect(nobody.errors.contains("martha"))
        #expect(try await run("set-password", "user", "mary").code == 1)
        #expect(try await run("set-password", "user").code == 64)
        #expect(try await value("SELECT count(*) FROM resetd.audit") == "0")
    }

    @Test func `a PIN keeps its leading zeros`() async throws {
        _ = try await open()
        #expect(try await run("set-pin", "mary", input: "004815\n").code == 0)
        #expect(try await value("SELECT pin_hash IS NOT NULL FROM directory.users") == "t")
        #expect(try await value("SELECT purpose FROM resetd.outbox") == "pin_changed")
    }

    @Test func `a lock ends, and a login changes unless it is taken`() async throws {
        let database = try await open()
        try await database.execute("UPDATE directory.contacts SET locked_until = 'infinity'")
        #expect(try await run("unlock", "contact", "ana").code == 0)
        #expect(try await value("SELECT locked_until FROM directory.contacts WHERE login_id = 'ana'") == nil)
        let taken = try await run("set-login", "contact", "ana", "office1")
        #expect(taken.code == 1)
        #expect(taken.errors.contains("taken"))
        #expect(try await run("set-login", "contact", "ana", " ana.two ").output.contains("signs in as ana.two from"))
        #expect(try await value("SELECT purpose FROM resetd.outbox") == "login_changed")
    }

    @Test func `shared addresses and reports are lists, or one JSON array each`() async throws {
        let database = try await open()
        let table = try await run("duplicates")
        #expect(table.code == 0)
        #expect(table.output.contains("office1") && table.output.contains("office2") && !table.output.contains("ana"))
        let json = try await run("duplicates", "--json")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["address"] as? String } == ["office@example.com", "office@example.com"])
        try await database.execute(
            "INSERT INTO resetd.audit (actor, action, kind, account_id, request_id) VALUES ('not_me', 'reported', 'user', '1', 7)"
        )
        #expect(try await run("reports").output.contains("mary"))
        #expect(try await run("reports", "--json").output.hasPrefix("[{"))
    }
}
