/// When wrong passwords and PINs, counted together, lock an account (`lockout.*`).
package struct Lockout: Sendable {
    package let failures: Int
    /// Zero: until an administrator unlocks it, or its owner resets the password by mail.
    package let duration: Duration

    package init(failures: Int = 10, duration: Duration = .seconds(900)) {
        self.failures = failures
        self.duration = duration
    }
}

/// What came of an attempt to change a secret with the present one.
package enum ChangeOutcome: Sendable, Equatable {
    case changed
    /// Every rule that the new secret breaks; it was the right present one.
    case refused([PasswordViolation])
    /// The present secret is wrong, or nobody has that login, or may sign in with it: which of these, nobody is told.
    case wrong
    /// Too many were wrong. Seconds until one more is looked at; nil until somebody unlocks the account.
    case locked(seconds: Int?)
}
