package import PasswordReset
import Postgres

/// What an administrator does to somebody else's account, from the console or by a command.
extension Credentials {
    /// Sets a password, which its owner is to change (`password_change_required`), and ends a lock with it.
    ///
    /// - Throws: ``RulesBroken``, ``NoSuchAccount``.
    package func setPassword(of account: AccountID, to new: String, by actor: Actor) async throws {
        let password = try rules.prepare(new, for: try await present(account).personalWords)
        let hash = try await hasher.hash(password.bytes)
        try await administer(account, by: actor) { change, known in
            try await change.storePassword(hash, .passwordSet)
            if known.lockedUntil == nil { try await change.forgetFailures() } else { try await change.setLocked(false) }
        }
    }

    /// Sets a user's PIN.
    ///
    /// - Throws: ``RulesBroken``, ``NoSuchAccount``.
    package func setPIN(ofUser id: String, to new: String, by actor: Actor) async throws {
        let account = AccountID(.user, id)
        _ = try await present(account)
        let violations = PINPolicy.violations(of: new)
        guard violations.isEmpty else { throw RulesBroken(violations: violations) }
        let hash = try await hasher.hash(Array(new.utf8))
        try await administer(account, by: actor) { change, _ in try await change.storePIN(hash, .pinSet) }
    }

    /// Ends a lock and forgets failures; does no harm where there is neither.
    package func unlock(_ account: AccountID, by actor: Actor) async throws {
        try await administer(account, by: actor) { change, _ in try await change.setLocked(false) }
    }

    /// Gives an account another login ID; white space about it is not part of it.
    ///
    /// - Returns: the login ID that it has now.
    /// - Throws: ``LoginRefused``, ``NoSuchAccount``.
    @discardableResult
    package func setLogin(of account: AccountID, to new: String, by actor: Actor) async throws -> String {
        let login = new.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        let text = String(login)
        guard !text.isEmpty, text.utf8.count <= 200, text.unicodeScalars.allSatisfy({ !Self.isUnfit($0) }) else {
            throw LoginRefused.malformed
        }
        do {
            try await administer(account, by: actor) { change, known in
                // Nothing changes, and so nobody is told.
                guard !known.loginID.utf8.elementsEqual(text.utf8) else { return }
                try await change.storeLogin(text, insteadOf: known.loginID)
            }
        } catch let error as PostgresError where error.state == .uniqueViolation {
            throw LoginRefused.taken
        }
        return text
    }

    /// Queues a link to the account's own address, within the limits of every other; returns the request's number.
    ///
    /// - Throws: ``NoAddress``, ``NoSuchAccount``.
    package func sendLink(to account: AccountID, by actor: Actor) async throws -> Int64 {
        try await administer(account, by: actor) { change, known in
            guard let email = known.email, !email.isEmpty else { throw NoAddress() }
            let rows = try await change.connection.execute(
                """
                INSERT INTO resetd.outbox (email, account_kind, account_id, client_address, requested_by)
                VALUES (\(email), \(account.kind.rawValue), \(account.id), \(actor.clientAddress)::inet, \(actor.name))
                RETURNING id
                """)
            guard let id = try rows.first?.get("id", as: Int64.self) else { throw NoSuchAccount() }
            try await change.connection.execute(Audit.insert(actor, .linkRequested, account, requestID: id))
            return id
        }
    }

    /// The account of a login, for commands, which know people by it.
    package func find(_ kind: AccountKind, login: String) async throws -> Account? {
        try await pool.withConnection { try await Account.find(kind, login: login, on: $0) }
    }

    private func present(_ account: AccountID) async throws -> Account {
        guard let found = try await pool.withConnection({ try await Account.find(account, on: $0) }) else {
            throw NoSuchAccount()
        }
        return found
    }

    /// Runs `body` in a transaction in which the account is locked, and as it is then.
    private func administer<Result: Sendable>(
        _ account: AccountID, by actor: Actor, _ body: @Sendable (CredentialChange, Account) async throws -> Result
    ) async throws -> Result {
        try await pool.transaction { connection in
            guard try await account.lock(on: connection), let known = try await Account.find(account, on: connection)
            else { throw NoSuchAccount() }
            return try await body(CredentialChange(account: account, actor: actor, connection: connection), known)
        }
    }

    /// What cannot be seen, or looks like nothing: nobody could type it.
    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
        default: false
        }
    }
}

/// The account is not there, or not any more.
package struct NoSuchAccount: Error {}

/// The account has no address to send a link to.
package struct NoAddress: Error {}

/// Why an account cannot be given a login ID.
package enum LoginRefused: Error, Equatable, CustomStringConvertible {
    case taken
    case malformed

    package var description: String {
        switch self {
        case .taken: "this login ID is taken: another account of the same kind has it"
        case .malformed: "a login ID has 1 to 200 characters, and none that cannot be seen"
        }
    }
}
