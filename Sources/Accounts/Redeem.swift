package import PasswordReset
import Postgres

extension ResetLinks {
    /// Sets the password that was sent with a link, once.
    ///
    /// 1. Signature and expiry, then the row: a link that is dead costs no hashing.
    /// 2. The rules, then the hash, off the event loops. A refused password leaves the link as it was.
    /// 3. One transaction: the account is locked, the link redeemed by one conditional statement whose row count
    ///    decides, the hash stored, the act audited, the notice queued. Storing the hash gives the account another
    ///    revision, which ends its other links.
    ///
    /// A death before the COMMIT leaves the link open and the old password valid; after it, all of it happened and the
    /// notice goes out. Thirty at once wait for the account's lock in turn, and the first wins. Nobody is signed in.
    ///
    /// A refusal is audited too, where the link was ours; with the database away the answer of a link that has expired,
    /// which needs none, is given all the same.
    ///
    /// - Throws: ``HashingBusy`` when too many passwords wait to be hashed, ``PostgresError`` when the database is away.
    package func redeem(_ text: String, password typed: String, from clientAddress: String?) async throws -> Redemption
    {
        guard let token = Token(text, keys: keys, for: .reset) else { return .foreign }
        let redemption = try await redeem(token, password: typed, from: clientAddress)
        if let reason = redemption.refusal {
            do {
                try await pool.execute(
                    Audit.insertRefusal(of: token.requestID, reason: reason, by: .link(from: clientAddress)))
            } catch let error as PostgresError where error.isOutage && redemption == .dead(.expired) {}
        }
        return redemption
    }

    private func redeem(_ token: Token, password typed: String, from clientAddress: String?) async throws -> Redemption
    {
        guard token.expiresAt > clock.now else { return .dead(.expired) }
        guard let link = try await pool.withConnection({ try await LinkedRequest.find(token, on: $0) }) else {
            return .dead(.expired)
        }
        let owner: LinkOwner
        switch link.standing {
        case .open(let its): owner = its
        case .dead(let end, let owner): return .dead(end, owner)
        case .foreign: return .foreign
        }
        let account = AccountID(owner.kind, link.accountID)

        let password: PreparedPassword
        do { password = try credentials.rules.prepare(typed, for: link.personalWords) } catch {
            return .refused(error.violations, owner)
        }
        guard let hash = try await credentials.hasher.hash(password, unlessPresent: link.passwordHash) else {
            return .refused([.sameAsCurrent], owner)
        }

        let isRedeemed = try await pool.transaction { connection in
            try await link.redeem(token, of: account, storing: hash, from: clientAddress, on: connection)
        }
        if isRedeemed { return .redeemed(owner) }
        // Somebody else was first, or something ended the link while we hashed.
        let now = try await pool.withConnection { try await LinkedRequest.find(token, on: $0) }
        guard case .dead(let end, _) = now?.standing else { return .dead(.expired, owner) }
        return .dead(end, owner)
    }
}

extension LinkedRequest {
    /// The statements of the transaction, in the order in which locks are taken everywhere: the account, then its row.
    fileprivate func redeem(
        _ token: Token, of account: AccountID, storing hash: String, from clientAddress: String?,
        on connection: Connection
    ) async throws -> Bool {
        guard try await account.lock(on: connection), let known = try await Account.find(account, on: connection)
        else { return false }
        let redeemed = try await connection.execute(
            """
            UPDATE resetd.outbox AS o
               SET redeemed_at = clock_timestamp()
             WHERE o.id = \(id)
               AND o.purpose = 'reset_link'
               AND o.redeemed_at IS NULL
               AND o.state NOT IN ('cancelled', 'rejected')
               AND o.expires_at > clock_timestamp()
               AND (o.dead_through IS NULL OR \(token.expiresAt)::bigint > ceil(extract(epoch FROM o.dead_through)))
               AND o.account_revision = (SELECT a.revision
                                           FROM resetd.account AS a
                                          WHERE a.kind = o.resolved_kind AND a.account_id = o.account_id)
            RETURNING o.id
            """)
        guard !redeemed.isEmpty else { return false }
        let change = CredentialChange(account: account, actor: .link(from: clientAddress), connection: connection)
        try await change.storePassword(hash, .passwordReset, requestID: id)
        if known.lockedUntil != nil { try await change.note(.unlocked, requestID: id) }
        return true
    }
}

extension Redemption {
    /// Why a link of ours set no password, in words of the program; nil when it did, or was none of ours.
    fileprivate var refusal: String? {
        switch self {
        case .refused(let violations, _): violations.map(\.code).joined(separator: ",")
        case .dead(let end, _): end.rawValue
        case .redeemed, .foreign: nil
        }
    }
}
