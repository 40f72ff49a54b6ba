import PasswordReset
import Postgres

/// The trail of who did what to whom, written in the transaction of the act itself.
enum Audit {
    /// - Parameters:
    ///   - account: nil where the act met no account: a login that nobody has.
    ///   - detail: words of the program, and identifiers; never a secret, nor what somebody typed for one.
    static func insert(
        _ actor: Actor, _ action: AuditAction, _ account: AccountID?, requestID: Int64? = nil,
        detail: KeyValuePairs<String, String> = [:]
    ) -> Statement {
        """
        INSERT INTO resetd.audit (actor, action, kind, account_id, request_id, client_address, detail)
        VALUES (\(actor.name), \(action.rawValue), \(account?.kind.rawValue), \(account?.id), \(requestID)::bigint,
                \(actor.clientAddress)::inet,
                nullif(jsonb_object(\(detail.map(\.key))::text[], \(detail.map(\.value))::text[]), '{}'))
        """
    }
}

/// The words of `resetd.audit.action`.
package enum AuditAction: String, Sendable, CaseIterable {
    case passwordReset = "password_reset"
    case passwordChanged = "password_changed"
    case passwordSet = "password_set"
    case passwordRefused = "password_refused"
    case pinChanged = "pin_changed"
    case pinSet = "pin_set"
    case pinRefused = "pin_refused"
    case loginChanged = "login_changed"
    case locked
    case unlocked
    case linkRequested = "link_requested"
    case reported
    case signedIn = "signed_in"
    case signInRefused = "sign_in_refused"
    case signedOut = "signed_out"
}
