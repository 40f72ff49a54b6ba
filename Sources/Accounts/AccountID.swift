package import PasswordReset
import Postgres

/// What names an account: logins and addresses change, this does not.
package struct AccountID: Sendable, Hashable {
    package let kind: AccountKind
    package let id: String

    package init(_ kind: AccountKind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    /// The one place where accounts are locked: before anything of theirs is written, and before rows of the outbox.
    ///
    /// - Returns: whether there is such an account.
    func lock(on connection: Connection) async throws -> Bool {
        let rows = try await connection.execute("SELECT resetd.lock_account(\(kind.rawValue), \(id)) AS found")
        return try rows.first?.get("found") ?? false
    }
}
