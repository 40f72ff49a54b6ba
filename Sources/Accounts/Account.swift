import PasswordReset
import Postgres

/// An account as `resetd.account` shows it now.
package struct Account: Sendable {
    package let account: AccountID
    package let loginID: String
    package let fullName: String
    package let email: String?
    package let locale: String?
    let passwordHash: String?
    let pinHash: String?
    /// Where it may sign in: `professional`, `mobile`, `app`, `portal`.
    package let access: [String]
    package let isDisabled: Bool
    package let isRecoverable: Bool
    package let isGlobalAdministrator: Bool
    package let mustChangePassword: Bool
    package let failedAttempts: Int
    /// By the database's clock, for people; `infinity` is until somebody unlocks it. Nil when it is not locked.
    package let lockedUntil: String?
    let revision: String

    /// Whether it may sign in anywhere, a lock aside: what an owner may do with the present secret hangs on it.
    var maySignIn: Bool { !isDisabled && !access.isEmpty }

    /// What a password of this account must not be made of.
    var personalWords: [String] { [loginID, fullName, email].compactMap(\.self) }

    func hash(of secret: Secret) -> String? {
        switch secret {
        case .password: passwordHash
        case .pin: pinHash
        }
    }

    static let columns: Statement = """
        a.kind, a.account_id, a.login_id, a.full_name, a.email, a.locale, a.password_hash, a.pin_hash,
               array_to_string(a.access, ',') AS access, a.disabled, a.recoverable, a.global_administrator,
               a.password_change_required, a.failed_attempts, a.revision,
               CASE WHEN a.locked_until > clock_timestamp()
                    THEN CASE WHEN isfinite(a.locked_until)
                              THEN to_char(a.locked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC')
                              ELSE 'infinity' END
               END AS locked_until
        """

    init(_ row: Row) throws(PostgresError) {
        guard let kind = AccountKind(rawValue: try row.get("kind")) else {
            throw PostgresError(.decoding, "resetd.account has a kind that is neither user nor contact")
        }
        account = AccountID(kind, try row.get("account_id"))
        loginID = try row.optional("login_id") ?? ""
        fullName = try row.optional("full_name") ?? ""
        email = try row.optional("email")
        locale = try row.optional("locale")
        passwordHash = try row.optional("password_hash")
        pinHash = try row.optional("pin_hash")
        access = (try row.optional("access") ?? "").split(separator: ",").map(String.init)
        isDisabled = try row.optional("disabled") ?? false
        isRecoverable = try row.optional("recoverable") ?? false
        isGlobalAdministrator = try row.optional("global_administrator") ?? false
        mustChangePassword = try row.optional("password_change_required") ?? false
        failedAttempts = try row.optional("failed_attempts") ?? 0
        lockedUntil = try row.optional("locked_until")
        revision = try row.optional("revision") ?? ""
    }

    static func find(_ account: AccountID, on connection: Connection) async throws -> Account? {
        let rows = try await connection.execute(
            """
            SELECT \(columns)
              FROM resetd.account AS a
             WHERE a.kind = \(account.kind.rawValue) AND a.account_id = \(account.id)
            """)
        return try rows.first.map { try Account($0) }
    }

    /// The one account with this login, byte for byte. Where a site's tables let two have it, nobody has it.
    static func find(_ kind: AccountKind, login: String, on connection: Connection) async throws -> Account? {
        let rows = try await connection.execute(
            """
            SELECT \(columns)
              FROM resetd.account AS a
             WHERE a.kind = \(kind.rawValue) AND a.login_id = \(login)
             LIMIT 2
            """)
        return rows.count == 1 ? try Account(rows[0]) : nil
    }
}
