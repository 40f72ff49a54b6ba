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

    /// So many refusals of one link are kept, and a few more when they come all at once: enough to see who tried from where,
    /// while whoever goes on posting to a dead link for days fills no disk. Reads alone are what he costs from then on.
    private static let mostRefusals = 20

    /// Nothing for a request that was purged: there is nobody left whose trail it were.
    ///
    /// - Parameter reason: words of the program, as in ``insert(_:_:_:requestID:detail:)``.
    static func insertRefusal(of requestID: Int64, reason: String, by actor: Actor) -> Statement {
        """
        INSERT INTO resetd.audit (actor, action, kind, account_id, request_id, client_address, detail)
        SELECT \(actor.name), 'reset_refused', o.resolved_kind, o.account_id, o.id, \(actor.clientAddress)::inet,
               jsonb_build_object('reason', \(reason)::text)
          FROM resetd.outbox AS o
         WHERE o.id = \(requestID)
           AND (SELECT count(*)
                  FROM (SELECT
                          FROM resetd.audit AS a
                         WHERE a.action = 'reset_refused'   -- spelled out, for the index has this condition
                           AND a.request_id = \(requestID)
                         LIMIT \(mostRefusals)) AS earlier) < \(mostRefusals)
        """
    }
}

/// The words of `resetd.audit.action`.
package enum AuditAction: String, Sendable, CaseIterable {
    case passwordReset = "password_reset"
    case resetRefused = "reset_refused"
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
