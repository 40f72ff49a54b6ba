import Accounts
import Foundation
import Logging
import PasswordReset
import Presentation
import Postgres

/// What changing passwords and PINs is told.
extension Settings {
    func credentials(
        pool: Pool, logger: Logger, hashing: @escaping @Sendable (HashingEvent) -> Void = { _ in }
    ) throws -> Credentials {
        let hasher = PasswordHasher(
            format: try choice(.passwordHash), concurrency: ProcessInfo.processInfo.activeProcessorCount,
            observe: hashing)
        return Credentials(
            pool: pool, hasher: hasher,
            rules: PasswordRules(
                policy: PasswordPolicy(minimumLength: try minimumPasswordLength()), hasher: hasher,
                breached: try breachedPasswords(), productWords: ["resetd", "timetrak"] + (try brands().names),
                logger: logger))
    }

    func lockout() throws -> Lockout {
        Lockout(
            failures: try integer(.lockoutFailures, in: 1...1_000_000),
            duration: try duration(.lockoutDuration, in: .zero ... .seconds(365 * 86400)))
    }
}
