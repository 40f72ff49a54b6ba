package import PasswordReset
import Postgres

/// Who is signed in to the console: global administrators, for half an hour without a sign of life and eight in all.
///
/// Rights are looked up at each request and end at once: with the right itself, with the account, with any change of its
/// password, login or address, with a lock that has no end (ASVS 7.4, 8.3).
package struct ConsoleSessions: Sendable {
    let attempts: Attempts

    private static let limits: Statement = """
        s.seen_at > now() - interval '30 minutes' AND s.created_at > now() - interval '8 hours'
        """

    package init(attempts: Attempts) {
        self.attempts = attempts
    }

    private var pool: Pool { attempts.credentials.pool }

    package enum SignIn: Sendable {
        case signedIn(ConsoleToken)
        /// A wrong password, a login that nobody has, or somebody who is no global administrator.
        case wrong
        case locked(seconds: Int?)
    }

    /// Signs in with the credentials of the site, under a token that is new each time.
    ///
    /// - Parameter former: of a session that this one takes the place of.
    package func signIn(
        login: String, password: String, former: ConsoleToken?, from clientAddress: String?
    ) async throws -> SignIn {
        let actor = Actor.owner(from: clientAddress)
        let account: Account
        switch try await attempts.judge(
            .password, of: .user, login: login, typed: password, by: actor, refused: .signInRefused)
        {
        case .right(let found): account = found
        case .wrong: return .wrong
        case .locked(let seconds): return .locked(seconds: seconds)
        }
        let token = ConsoleToken()
        return try await pool.transaction { connection in
            if case .locked(let seconds) = try await attempts.settleRight(account, on: connection) {
                return .locked(seconds: seconds)
            }
            guard account.isGlobalAdministrator else {
                try await connection.execute(Audit.insert(actor, .signInRefused, account.account))
                return .wrong
            }
            try await connection.execute(
                "DELETE FROM resetd.console_session AS s WHERE s.digest = \(former?.digest) OR NOT (\(Self.limits))")
            try await connection.execute(
                """
                INSERT INTO resetd.console_session (digest, account_id, revision)
                VALUES (\(token.digest), \(account.account.id), \(account.revision))
                """)
            try await connection.execute(
                Audit.insert(.administrator(account.account, from: clientAddress), .signedIn, account.account))
            return .signedIn(token)
        }
    }

    /// The administrator whose session it is, if it still is one.
    package func administrator(_ token: ConsoleToken) async throws -> Account? {
        let rows = try await pool.execute(
            """
            SELECT \(Account.columns), s.seen_at < now() - interval '1 minute' AS is_stale
              FROM resetd.console_session AS s
              JOIN resetd.account AS a ON a.kind = 'user' AND a.account_id = s.account_id
             WHERE s.digest = \(token.digest)
               AND \(Self.limits)
               AND a.revision = s.revision
               AND a.global_administrator
               AND NOT a.disabled
               AND a.locked_until IS DISTINCT FROM 'infinity'
            """)
        guard let row = rows.first else {
            // Over for good once it was tried without its right. Whoever dies before this line leaves that to the next try.
            try await pool.execute("DELETE FROM resetd.console_session WHERE digest = \(token.digest)")
            return nil
        }
        // To the minute, so that a page costs no commit.
        if try row.get("is_stale") {
            try await pool.execute("UPDATE resetd.console_session SET seen_at = now() WHERE digest = \(token.digest)")
        }
        return try Account(row)
    }

    package func signOut(_ token: ConsoleToken, from clientAddress: String?) async throws {
        try await pool.transaction { connection in
            let rows = try await connection.execute(
                "DELETE FROM resetd.console_session WHERE digest = \(token.digest) RETURNING account_id")
            guard let id = try rows.first?.get("account_id", as: String.self) else { return }
            let account = AccountID(.user, id)
            try await connection.execute(
                Audit.insert(.administrator(account, from: clientAddress), .signedOut, account))
        }
    }
}
