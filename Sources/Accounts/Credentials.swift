import PasswordReset
package import Postgres

/// The passwords, PINs and logins of accounts, and every way to change them.
///
/// Whoever changes one does it here, so that each change is stored, audited and told to the owner and to applications in
/// one transaction, or not at all.
package struct Credentials: Sendable {
    let pool: Pool
    let hasher: PasswordHasher
    let rules: PasswordRules

    package init(pool: Pool, hasher: PasswordHasher, rules: PasswordRules) {
        self.pool = pool
        self.hasher = hasher
        self.rules = rules
    }
}

/// The statements of a change, to be run while the account is locked.
struct CredentialChange {
    let account: AccountID
    let actor: Actor
    let connection: Connection

    func storePassword(_ hash: String, _ action: AuditAction, requestID: Int64? = nil) async throws {
        try await connection.execute(
            "SELECT resetd.set_password(\(account.kind.rawValue), \(account.id), \(hash), \(actor.isOwner))")
        try await tell(.passwordChanged, action, requestID: requestID)
    }

    func storePIN(_ hash: String, _ action: AuditAction) async throws {
        try await connection.execute("SELECT resetd.set_pin(\(account.id), \(hash), \(actor.isOwner))")
        try await tell(.pinChanged, action)
    }

    /// - Throws: a unique violation when the login is taken.
    func storeLogin(_ login: String, insteadOf former: String) async throws {
        try await connection.execute("SELECT resetd.set_login(\(account.kind.rawValue), \(account.id), \(login))")
        try await tell(.loginChanged, .loginChanged, detail: ["from": former, "to": login])
    }

    func setLocked(_ isLocked: Bool, requestID: Int64? = nil) async throws {
        try await store(isLocked: isLocked)
        try await note(isLocked ? .locked : .unlocked, requestID: requestID)
    }

    /// Failures that have not locked the account yet are nothing that the trail tells of.
    func forgetFailures() async throws {
        try await store(isLocked: false)
    }

    /// For what came about by the way: a new password of its owner's ends a lock (``storePassword(_:_:requestID:)``).
    func note(_ action: AuditAction, requestID: Int64? = nil) async throws {
        try await connection.execute(Audit.insert(actor, action, account, requestID: requestID))
    }

    private func store(isLocked: Bool) async throws {
        try await connection.execute(
            "SELECT resetd.set_locked(\(account.kind.rawValue), \(account.id), \(isLocked))")
    }

    /// The audit, the owner and the applications learn of it when the transaction commits.
    private func tell(
        _ purpose: Purpose, _ action: AuditAction, requestID: Int64? = nil,
        detail: KeyValuePairs<String, String> = [:]
    ) async throws {
        try await connection.execute(Audit.insert(actor, action, account, requestID: requestID, detail: detail))
        try await connection.execute(Notice.insert(purpose, account))
        try await connection.execute(
            """
            SELECT pg_notify('resetd_credential_changed',
                             json_build_object('kind', \(account.kind.rawValue)::text,
                                               'account_id', \(account.id)::text)::text)
            """)
    }
}
