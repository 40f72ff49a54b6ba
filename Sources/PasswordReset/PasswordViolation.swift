/// A rule that a new password or PIN breaks. The person is told every one, with what would be right.
package enum PasswordViolation: Error, Sendable, Equatable {
    case tooShort(minimum: Int)
    case tooLong(maximumBytes: Int)
    case controlCharacter
    /// Among the passwords that everybody tries first.
    case common
    /// Made of the login, name or address of its owner, or the product's name.
    case personal
    /// In a list of passwords that leaked from other sites.
    case breached
    case sameAsCurrent
    /// The two fields of the form differ.
    case confirmationDiffers
    // Of a PIN:
    case notDigits
    case tooFewDigits(minimum: Int)
    case tooManyDigits(maximum: Int)
    case repeatedDigit
    case digitSequence

    /// The stable word of JSON answers and audit rows.
    package var code: String {
        switch self {
        case .tooShort, .tooFewDigits: "too_short"
        case .tooLong, .tooManyDigits: "too_long"
        case .controlCharacter: "control_character"
        case .common: "common"
        case .personal: "personal"
        case .breached: "breached"
        case .sameAsCurrent: "same_as_current"
        case .confirmationDiffers: "confirmation_differs"
        case .notDigits: "not_digits"
        case .repeatedDigit: "repeated_digit"
        case .digitSequence: "sequence"
        }
    }
}

/// For whoever types it at a command; the pages have sentences of their own.
extension PasswordViolation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooShort(let minimum): "it has fewer than \(minimum) characters"
        case .tooLong(let maximumBytes): "it has more than \(maximumBytes) bytes"
        case .controlCharacter: "it has a character that cannot be seen, such as a tab or a line break"
        case .common: "it is among the passwords that everybody tries first"
        case .personal: "it is made of the account's name or address, or of the name of this service"
        case .breached: "it has appeared in a leak of passwords from another site"
        case .sameAsCurrent: "it is the present one"
        case .confirmationDiffers: "it was not typed the same twice"
        case .notDigits: "it has signs that are no digits from 0 to 9"
        case .tooFewDigits(let minimum): "it has fewer than \(minimum) digits"
        case .tooManyDigits(let maximum): "it has more than \(maximum) digits"
        case .repeatedDigit: "it is one digit repeated"
        case .digitSequence: "its digits only count up or down"
        }
    }
}
