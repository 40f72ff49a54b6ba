/// Why a mail goes out: the words of `resetd.outbox.purpose`, and the first part of every template's name.
package enum Purpose: String, Sendable, CaseIterable {
    /// The one mail that carries a link; limits count these alone.
    case resetLink = "reset_link"
    // Notices tell the owner of a change; they bear no link to reset, and no secret.
    case passwordChanged = "password_changed"
    case pinChanged = "pin_changed"
    case loginChanged = "login_changed"
    /// To the address that the account has now.
    case addressChanged = "address_changed"
    /// To the address that it had before.
    case addressRemoved = "address_removed"
}
