import Postgres
import TestSupport
import Testing

/// What the bundled directory tells an owner when an application changes an account by itself.
@Suite(.database, .timeLimit(.minutes(10)))
struct NoticeTests {
    private func open() async throws -> Claimer {
        let claim = try await Claimer.open()
        try await claim.script(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES ('ann', 'Ann', 'ann@example.org')")
        return claim
    }

    @Test func `a changed address is told to the old one as well as to the new one`() async throws {
        let claim = try await open()
        try await claim.script("UPDATE directory.users SET email = 'new@example.org'")
        #expect(try await claim().map(\.state) == ["sending", "sending"])
        #expect(
            try await claim.outbox("purpose, sent_to, key_id", id: 1) == ["address_removed", "ann@example.org", "1"])
        #expect(
            try await claim.outbox("purpose, sent_to, key_id", id: 2) == ["address_changed", "new@example.org", "1"])
    }

    @Test func `an old address that is somebody else's by now is not mailed to`() async throws {
        let claim = try await open()
        try await claim.script(
            """
            UPDATE directory.users SET email = 'new@example.org';
            INSERT INTO directory.users (login_id, email) VALUES ('eve', 'ann@example.org');
            """)
        #expect(try await claim() == [.init(1, "rejected", "duplicate_email"), .init(2, "sending")])
    }

    @Test(arguments: [
        "UPDATE directory.users SET email = 'ANN@example.org'", "UPDATE directory.users SET email = email",
        "UPDATE directory.users SET full_name = 'Anna'",
        "UPDATE directory.users SET email = 'not mailable'; UPDATE directory.users SET email = 'ann@example.net'",
    ])
    func `what is the same address, and what was none, is told to nobody but its owner`(script: String) async throws {
        let claim = try await open()
        try await claim.script(script)
        let told = try await claim.connection.execute("SELECT email FROM resetd.outbox").map { $0.texts[0] }
        #expect(told.allSatisfy { $0 == "ann@example.org" } && told.count <= 1)
    }

    @Test func `a changed login is told with the new one`() async throws {
        let claim = try await open()
        try await claim.script("UPDATE directory.users SET login_id = 'anna'")
        let row = try #require(try await claim.rows().first)
        #expect(try row.get("purpose") == "login_changed")
        #expect(try row.get("login_id") == "anna")
    }

    @Test func `an application may change accounts without a right on the outbox`() async throws {
        let claim = try await open()
        let role = "application_\(UInt32.random(in: 0 ... .max))"
        try await claim.script(
            """
            CREATE ROLE \(role);
            GRANT USAGE ON SCHEMA directory TO \(role);
            GRANT SELECT, UPDATE ON directory.users TO \(role);
            SET ROLE \(role);
            UPDATE directory.users SET email = 'new@example.org';
            RESET ROLE;
            DROP OWNED BY \(role);
            DROP ROLE \(role);
            """)
        #expect(try await claim().count == 2)
    }
}
