package import Logging
package import PasswordReset

/// All that a new password is held against, whoever chooses it: its form, its length, the commonest and the leaked ones,
/// and what its owner and the product are called.
package struct PasswordRules: Sendable {
    private let policy: PasswordPolicy
    private let hasher: PasswordHasher
    private let breached: BreachedPasswords?
    private let productWords: [String]
    private let logger: Logger

    /// - Parameter productWords: the product's and the site's names.
    package init(
        policy: PasswordPolicy, hasher: PasswordHasher, breached: BreachedPasswords? = nil, productWords: [String],
        logger: Logger
    ) {
        self.policy = policy
        self.hasher = hasher
        self.breached = breached
        self.productWords = productWords
        self.logger = logger
    }

    /// The password as it is to be hashed.
    ///
    /// - Throws: ``RulesBroken`` with every rule that it breaks.
    func prepare(_ typed: String, for personalWords: [String]) throws(RulesBroken) -> PreparedPassword {
        let password: PreparedPassword
        do { password = try PreparedPassword(typed) } catch { throw RulesBroken(violations: [error]) }
        var violations =
            policy.violations(of: password, context: personalWords + productWords) + hasher.violations(of: password)
        // One reason to choose another is enough, and a common one is in every leak.
        if violations.isEmpty, isBreached(password) { violations.append(.breached) }
        guard violations.isEmpty else { throw RulesBroken(violations: violations) }
        return password
    }

    /// A list that cannot be read any more stops nobody from choosing a password; the operator is told.
    private func isBreached(_ password: PreparedPassword) -> Bool {
        do { return try breached?.contains(password) ?? false } catch {
            logger.error("the list of breached passwords was not looked at", metadata: ["error": "\(error)"])
            return false
        }
    }
}

/// A new password or PIN that cannot be one.
package struct RulesBroken: Error, Equatable {
    package let violations: [PasswordViolation]
}
