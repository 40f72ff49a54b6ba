internal import Foundation
internal import Subprocess

/// The settings that somebody may try in the demonstration, from the environment: how it looks and how strict it is.
/// Where things are, and with which secrets, the demonstration decides alone.
enum TriedSettings {
    private static let prefixes = [
        "RESETD_BRAND_", "RESETD_LIMITS_", "RESETD_LOCKOUT_", "RESETD_MAIL_LOCALE", "RESETD_MAIL_TEMPLATES",
        "RESETD_PASSWORD_", "RESETD_WEB_SIGN_IN_URL_",
    ]

    /// Those of this process.
    static var given: [Environment.Key: String] {
        var given: [Environment.Key: String] = [:]
        for (name, value) in ProcessInfo.processInfo.environment where prefixes.contains(where: name.hasPrefix) {
            given[Environment.Key(stringLiteral: name)] = value
        }
        return given
    }
}
