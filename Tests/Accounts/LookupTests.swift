import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Accounts

@Suite(.database, .timeLimit(.minutes(10)))
struct LookupTests {
    @Test func `a link's request is found by indexes alone among many`() async throws {
        let database = try TestDatabase.current
        try await database.executeScript(
            """
            INSERT INTO directory.users (login_id, email) SELECT n, n || '@example.org' FROM generate_series(1, 20000) AS n;
            INSERT INTO directory.contacts (login_id, email) SELECT n, n || '@example.net' FROM generate_series(1, 20000) AS n;
            INSERT INTO resetd.outbox (email, account_id, resolved_kind, state, minted_at, expires_at, account_revision)
            SELECT u.email, u.id, 'user', 'sent', now(), now() + interval '1 hour', u.revision FROM directory.users AS u;
            ANALYZE;
            """)
        let connection = try await Connection.open(database.database)
        let scans: Statement = """
            SELECT relname::text AS name FROM pg_stat_xact_user_tables
             WHERE seq_scan > 0 AND relname IN ('users', 'contacts', 'outbox')
            """
        try await connection.executeScript("BEGIN")
        let link = try await LinkedRequest.find(Token(keyID: 1, requestID: 777, expiresAt: 0), on: connection)
        #expect(link?.accountID == "777" && link?.standing == .open(.user))
        #expect(try await connection.execute(scans).isEmpty)
        // The measure itself: it does see a table that is read from end to end.
        try await connection.execute("SELECT FROM directory.users WHERE full_name = 'x'")
        #expect(try await connection.execute(scans).map(\.texts) == [["users"]])
    }
}
