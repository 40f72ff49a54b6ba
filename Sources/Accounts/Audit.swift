import PasswordReset
import Postgres

/// The trail of who did what to whom, written in the transaction of the act itself.
enum Audit {
    static func insert(
        actor: String, action: String, kind: AccountKind, accountID: String, requestID: Int64?, clientAddress: String?
    ) -> Statement {
        """
        INSERT INTO resetd.audit (actor, action, kind, account_id, request_id, client_address)
        VALUES (\(actor), \(action), \(kind.rawValue), \(accountID), \(requestID)::bigint, \(clientAddress)::inet)
        """
    }
}
