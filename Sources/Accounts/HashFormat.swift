/// The form in which new passwords are stored (`password.hash`).
package enum HashFormat: String, Sendable, CaseIterable {
    case argon2id
    /// For hosts that read only that; it takes no more than 72 bytes.
    case bcrypt
}
