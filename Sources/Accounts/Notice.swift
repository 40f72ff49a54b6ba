import PasswordReset
import Postgres

/// The mail that tells an owner of a change, queued in the transaction of the change: either both happen or neither.
enum Notice {
    /// Nothing is queued for an account without an address: there is nobody to tell.
    static func insert(_ purpose: Purpose, _ account: AccountID) -> Statement {
        """
        INSERT INTO resetd.outbox (email, account_kind, purpose, account_id, requested_by)
        SELECT a.email, a.kind, \(purpose.rawValue), a.account_id, 'resetd'
          FROM resetd.account AS a
         WHERE a.kind = \(account.kind.rawValue) AND a.account_id = \(account.id) AND a.email IS NOT NULL
        """
    }
}
