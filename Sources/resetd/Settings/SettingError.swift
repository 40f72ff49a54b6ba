/// A setting that is missing or wrong: one line that names it and says what was expected. Exit code 78.
///
/// The value is quoted only where it is no secret.
struct SettingError: Error, CustomStringConvertible {
    let description: String

    init(_ key: SettingKey, _ complaint: String) {
        description = "\(key.name) (\(key.variable)): \(complaint)"
    }

    init(file: String, _ complaint: String) {
        description = "\(file): \(complaint)"
    }

    static func missing(_ key: SettingKey) -> SettingError {
        SettingError(key, "is not set; expected \(key.meaning)")
    }

    static func malformed(_ key: SettingKey, _ value: String, expected: String) -> SettingError {
        SettingError(key, key.isSecret ? "expected \(expected)" : "\"\(value)\" is not what was expected: \(expected)")
    }
}
