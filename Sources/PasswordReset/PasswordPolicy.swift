/// What a new password must be: long enough and not guessable. There are no rules of composition (NIST SP 800-63B-4).
package struct PasswordPolicy: Sendable {
    /// In code points.
    package let minimumLength: Int

    package init(minimumLength: Int = 12) {
        self.minimumLength = minimumLength
    }

    /// Every rule that `password` breaks, in the order in which they are told.
    ///
    /// - Parameter context: login, name, address and product: a password that is one of them, or one with digits about
    ///   it, is refused. The whole password is compared; a long phrase may well contain a name.
    package func violations(of password: PreparedPassword, context: [String]) -> [PasswordViolation] {
        var violations: [PasswordViolation] = []
        if password.length < minimumLength { violations.append(.tooShort(minimum: minimumLength)) }
        let guess = Guess(password.text)
        if guess.isCommon {
            violations.append(.common)
        } else if guess.isMade(of: context) {
            violations.append(.personal)
        }
        return violations
    }
}
