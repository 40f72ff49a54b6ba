package import PasswordReset
import Postgres

/// Attempts at a present password or PIN: looks the account up, compares, counts, and locks at the last failure.
///
/// A wrong secret, a login that nobody has, and one that may not sign in are answered alike and take alike long: each is
/// one look-up, one turn of hashing and one commit. What nobody has is counted and locked like what somebody has. What
/// is left of a difference (a third of a millisecond: a row of accounts has more triggers and indexes than a count)
/// hides in the pace at which refusals are answered.
package struct Attempts: Sendable {
    let credentials: Credentials
    private let lockout: Lockout
    private let currentKeys: @Sendable () -> LinkKeys

    /// - Parameter keys: what logins that nobody has are counted by.
    package init(credentials: Credentials, lockout: Lockout, keys: @escaping @Sendable () -> LinkKeys) {
        self.credentials = credentials
        self.lockout = lockout
        currentKeys = keys
    }

    /// A refusal is answered when the next multiple of this is over since the attempt came.
    static let pace = Duration.milliseconds(50)

    enum Verdict {
        /// It may still be locked by attempts that were compared meanwhile: ``settleRight(_:on:)`` decides.
        case right(Account)
        case wrong
        case locked(seconds: Int?)
    }

    /// Compares what was typed with the present secret of an account. A failure is counted, in a transaction of its own.
    ///
    /// - Parameter refused: what the audit calls a failure.
    /// - Throws: ``HashingBusy``; ``PostgresError`` when the database is away, and then nothing was counted.
    func judge(
        _ secret: Secret, of kind: AccountKind, login: String, typed: String, by actor: Actor,
        refused: AuditAction
    ) async throws -> Verdict {
        let begun = ContinuousClock.now
        let verdict = try await compare(secret, of: kind, login: login, typed: typed, by: actor, refused: refused)
        if case .wrong = verdict {
            let turns = ((ContinuousClock.now - begun) / Self.pace).rounded(.up)
            // Whoever does not wait for the answer has no need of a pace.
            try? await Task.sleep(until: begun + Self.pace * turns, clock: .continuous)
        }
        return verdict
    }

    private func compare(
        _ secret: Secret, of kind: AccountKind, login: String, typed: String, by actor: Actor,
        refused: AuditAction
    ) async throws -> Verdict {
        let digest = currentKeys().current.digest(ofLogin: login, kind: kind)
        let found = try await find(secret, kind, login, digest)
        if let seconds = found.lockedSeconds {
            return .locked(seconds: seconds.isFinite ? max(1, Int(seconds.rounded(.up))) : nil)
        }
        // What no password can be is compared like any other, with nothing that it could equal.
        let prepared = try? PreparedPassword(typed)
        let isRight = try await credentials.hasher.verify(
            prepared?.bytes ?? [], against: prepared.flatMap { _ in found.account?.hash(of: secret) },
            orLike: found.decoy)
        if isRight, let account = found.account, account.maySignIn { return .right(account) }
        return try await credentials.pool.transaction { connection in
            let settled: Settled
            if let account = found.account?.account {
                settled = try await settle(account, isRight: false, on: connection)
            } else {
                settled = try await Settled(
                    connection.execute(
                        """
                        SELECT was_locked, \(Self.seconds(until: "locked_until")) AS seconds
                          FROM resetd.settle_unknown(
                               \(digest), \(lockout.failures)::integer, \(lockout.duration.milliseconds)::bigint * interval '1 millisecond')
                        """))
            }
            try await connection.execute(Audit.insert(actor, refused, found.account?.account))
            if settled.wasLocked { return .locked(seconds: settled.seconds) }
            if settled.isLocked, let account = found.account?.account {
                try await connection.execute(Audit.insert(actor, .locked, account))
            }
            return .wrong
        }
    }

    /// Forgets the failures before a right attempt, unless the account is locked: then it counts for nothing.
    ///
    /// - Returns: nil when the attempt counts.
    func settleRight(_ account: Account, on connection: Connection) async throws -> Verdict? {
        let settled = try await settle(account.account, isRight: true, on: connection)
        return settled.wasLocked ? .locked(seconds: settled.seconds) : nil
    }

    private func settle(_ account: AccountID, isRight: Bool, on connection: Connection) async throws -> Settled {
        try await Settled(
            connection.execute(
                """
                SELECT was_locked, \(Self.seconds(until: "locked_until")) AS seconds
                  FROM resetd.settle_attempt(
                       \(account.kind.rawValue), \(account.id), \(isRight),
                       \(lockout.failures)::integer, \(lockout.duration.milliseconds)::bigint * interval '1 millisecond')
                """))
    }

    /// Infinite until somebody ends the lock: PostgreSQL cannot subtract from that.
    private static func seconds(until time: Statement) -> Statement {
        "CASE WHEN NOT isfinite(\(time)) THEN 'infinity' ELSE extract(epoch FROM \(time) - clock_timestamp())::float8 END"
    }

    private struct Settled: Sendable {
        var wasLocked = false
        var isLocked = false
        /// Nil without an end.
        var seconds: Int?

        init(_ rows: [Row]) throws {
            // Without a row the account is gone meanwhile: wrong, like any that nobody has.
            guard let row = rows.first else { return }
            wasLocked = try row.get("was_locked")
            guard let seconds = try row.optional("seconds", as: Double.self) else { return }
            isLocked = true
            self.seconds = seconds.isFinite ? max(1, Int(seconds.rounded(.up))) : nil
        }
    }

    private struct Found {
        var account: Account?
        /// Until the lock is over; infinite until somebody ends it; nil when there is none.
        var lockedSeconds: Double?
        /// A hash like those that accounts here have: the one of a neighbour in the order of logins.
        var decoy: String?
    }

    private func find(
        _ secret: Secret, _ kind: AccountKind, _ login: String, _ digest: String
    ) async throws -> Found {
        let column: Statement =
            switch secret {
            case .password: "password_hash"
            case .pin: "pin_hash"
            }
        return try await credentials.pool.withConnection { connection in
            var found = Found()
            found.account = try await Account.find(kind, login: login, on: connection)
            let row = try await connection.execute(
                """
                SELECT (SELECT near.hash
                          FROM (SELECT n.\(column) AS hash
                                  FROM resetd.account AS n
                                 WHERE n.kind = \(kind.rawValue) AND n.login_id > \(login)
                                 ORDER BY n.login_id
                                 LIMIT 20) AS near
                         WHERE near.hash IS NOT NULL
                         LIMIT 1) AS decoy,
                       (SELECT \(Self.seconds(until: "l.locked_until"))
                          FROM (SELECT a.locked_until
                                  FROM resetd.account AS a
                                 WHERE a.kind = \(kind.rawValue) AND a.account_id = \(found.account?.account.id)
                                UNION ALL
                                SELECT u.locked_until
                                  FROM resetd.unknown_login AS u
                                 WHERE u.digest = \(digest) AND \(found.account == nil)) AS l
                         WHERE l.locked_until > clock_timestamp()
                         LIMIT 1) AS seconds
                """
            ).first
            found.decoy = try row?.optional("decoy")
            found.lockedSeconds = try row?.optional("seconds")
            return found
        }
    }
}
