/// Why a mail goes out: the words of `resetd.outbox.purpose`, and the first part of every template's name.
package enum Purpose: String, Sendable, CaseIterable {
    /// The one mail that carries a link; limits count these alone.
    case resetLink = "reset_link"
    /// Tells the owner that the password was changed; it bears no link and no secret.
    case passwordChanged = "password_changed"
}
