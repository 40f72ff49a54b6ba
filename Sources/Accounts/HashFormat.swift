/// The form in which new passwords are stored (`password.hash`).
package enum HashFormat: String, Sendable, CaseIterable {
    case argon2id
    /// For hosts that read only that; it takes no more than 72 bytes.
    case bcrypt

    func hash(_ password: [UInt8]) throws(HashingError) -> String {
        switch self {
        case .argon2id: try Argon2.hash(password)
        case .bcrypt: try Bcrypt.hash(password)
        }
    }

    /// A hash of this form with our parameters that is nobody's.
    var decoy: String {
        switch self {
        case .argon2id: Argon2.decoy
        case .bcrypt: Bcrypt.decoy
        }
    }
}
