package import PasswordReset
import Postgres

/// A new password or PIN from whoever knows the present one.
package struct SecretChange: Sendable {
    package let secret: Secret
    /// A PIN is a user's.
    package let kind: AccountKind
    package let login: String
    let current: String
    let new: String
    /// The new one again, where a form asks for it twice.
    let confirmation: String?

    package init(
        secret: Secret, kind: AccountKind, login: String, current: String, new: String, confirmation: String? = nil
    ) {
        self.secret = secret
        self.kind = kind
        self.login = login
        self.current = current
        self.new = new
        self.confirmation = confirmation
    }
}

extension Attempts {
    /// Changes a password or PIN for whoever knows the present one: the profile pages of Professional, Mobile, the App and
    /// the Portal.
    ///
    /// 1. The present one is compared, and a failure counted, before the new one is looked at.
    /// 2. The rules. A new one that breaks them changes nothing, but for the failures before, which are forgotten.
    /// 3. The hash, off the event loops, and one transaction: the account is locked, the lock-out asked once more, the
    ///    hash stored if the present one is still what was compared, the act audited, owner and applications told.
    ///
    /// A death before the COMMIT leaves the old secret valid; after it, all of it happened. Two at once with the same
    /// present secret: the second finds another hash, and is wrong by then.
    ///
    /// - Throws: ``HashingBusy``; ``PostgresError`` when the database is away.
    package func change(_ change: SecretChange, from clientAddress: String?) async throws -> ChangeOutcome {
        let actor = Actor.owner(from: clientAddress)
        let refused: AuditAction = change.secret == .pin ? .pinRefused : .passwordRefused
        let account: Account
        switch try await judge(
            change.secret, of: change.kind, login: change.login, typed: change.current, by: actor, refused: refused)
        {
        case .right(let found): account = found
        case .wrong: return .wrong
        case .locked(let seconds): return .locked(seconds: seconds)
        }
        let prepared: [UInt8]
        do { prepared = try prepare(change, for: account) } catch {
            let reason = error.violations.map(\.code).joined(separator: ",")
            let verdict = try await credentials.pool.transaction { connection in
                try await connection.execute(
                    Audit.insert(actor, refused, account.account, detail: ["reason": reason]))
                return try await settleRight(account, on: connection)
            }
            if case .locked(let seconds) = verdict { return .locked(seconds: seconds) }
            return .refused(error.violations)
        }
        let hash = try await credentials.hasher.hash(prepared)
        return try await credentials.pool.transaction { connection in
            guard try await account.account.lock(on: connection),
                let now = try await Account.find(account.account, on: connection), now.maySignIn,
                now.hash(of: change.secret) == account.hash(of: change.secret)
            else { return .wrong }
            if case .locked(let seconds) = try await settleRight(account, on: connection) {
                return .locked(seconds: seconds)
            }
            let statements = CredentialChange(account: account.account, actor: actor, connection: connection)
            switch change.secret {
            case .password: try await statements.storePassword(hash, .passwordChanged)
            case .pin: try await statements.storePIN(hash, .pinChanged)
            }
            return .changed
        }
    }

    /// What is to be hashed.
    ///
    /// - Throws: ``RulesBroken`` with every rule that the new one breaks.
    private func prepare(_ change: SecretChange, for account: Account) throws(RulesBroken) -> [UInt8] {
        var violations: [PasswordViolation] = []
        var prepared: [UInt8] = []
        switch change.secret {
        case .password:
            do { prepared = try credentials.rules.prepare(change.new, for: account.personalWords).bytes } catch {
                violations = error.violations
            }
        case .pin:
            prepared = Array(change.new.utf8)
            violations = PINPolicy.violations(of: change.new)
        }
        // The present one was right, so that equal to what was typed is equal to what is stored.
        if violations.isEmpty, let present = try? PreparedPassword(change.current), present.bytes == prepared {
            violations.append(.sameAsCurrent)
        }
        if let confirmation = change.confirmation, !confirmation.utf8.elementsEqual(change.new.utf8) {
            violations.append(.confirmationDiffers)
        }
        guard violations.isEmpty else { throw RulesBroken(violations: violations) }
        return prepared
    }
}
