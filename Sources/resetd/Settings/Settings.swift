import Configuration
import Foundation
import PasswordReset
import Postgres
import SystemPackage

/// The settings of one run: environment beats the credentials folder beats the file beats the defaults.
///
/// A command asks for what it uses and for nothing else; each question that has no good answer throws a
/// ``SettingError``. An empty value counts as not set.
struct Settings: Sendable {
    private let reader: ConfigReader
    private let environment: [String: String]
    /// Whether a command looks at them in the unit's stead.
    let standsInForUnit: Bool

    /// - Parameter credstores: where the unit's credentials are kept, for a command that stands in for the unit; looked into
    ///   where there is no `$CREDENTIALS_DIRECTORY`.
    init(
        file: String?, environment: [String: String] = ProcessInfo.processInfo.environment, credstores: [String] = []
    ) async throws {
        self.environment = environment
        standsInForUnit = !credstores.isEmpty
        let set = environment.filter { !$0.value.isEmpty }
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: set).prefixKeys(with: "resetd")
        ]
        if let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty {
            try Self.requirePrivate(credentials: folder)
            providers.append(try await DirectoryFilesProvider(directoryPath: FilePath(folder), allowMissing: true))
        } else if !credstores.isEmpty {
            providers.append(try UnitCredentials.provider(of: credstores))
        }
        if let file = try await SettingsFile.provider(path: file) { providers.append(file) }
        providers.append(
            InMemoryProvider(
                name: "defaults",
                values: Dictionary(
                    uniqueKeysWithValues: SettingKey.all.compactMap { key in
                        key.fallback.map {
                            (AbsoluteConfigKey(ConfigKey(key.name)), ConfigValue(.string($0), isSecret: false))
                        }
                    })))
        reader = ConfigReader(providers: providers)
    }

    /// The text of a setting without the line end that files have, or nil when nobody set it.
    func text(_ key: SettingKey) throws -> String? {
        let value: String?
        do {
            value = try reader.requiredString(forKey: ConfigKey(key.name), isSecret: key.isSecret)
        } catch {
            // A list in the file is as good as its members apart by commas.
            value = reader.stringArray(forKey: ConfigKey(key.name), isSecret: key.isSecret)?.joined(separator: ",")
        }
        guard let value else { return nil }
        let trimmed = value.hasSuffix("\n") ? String(value.dropLast()) : value
        return trimmed.isEmpty ? nil : trimmed
    }

    func required(_ key: SettingKey) throws -> String {
        guard let value = try text(key) else { throw SettingError.missing(key) }
        return value
    }

    func integer(_ key: SettingKey, in range: ClosedRange<Int>) throws -> Int {
        let text = try required(key)
        guard let number = Int(text), range.contains(number) else {
            throw SettingError.malformed(
                key, text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ key: SettingKey) throws -> Bool {
        switch try required(key) {
        case "true": true
        case "false": false
        case let text: throw SettingError.malformed(key, text, expected: "true or false")
        }
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: SettingKey, as type: Choice.Type = Choice.self)
        throws -> Choice
    {
        let text = try required(key)
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw SettingError.malformed(key, text, expected: "one of \(words)")
        }
        return choice
    }

    func duration(_ key: SettingKey, in range: ClosedRange<Duration>) throws -> Duration {
        let text = try required(key)
        guard let duration = Duration(setting: text) else {
            throw SettingError.malformed(key, text, expected: "a whole number and ms, s, m, h or d, such as 30s")
        }
        guard range.contains(duration) else {
            let bounds = "\(range.lowerBound.setting) to \(range.upperBound.setting)"
            throw SettingError.malformed(key, text, expected: "a duration from \(bounds)")
        }
        return duration
    }

    /// What `make` makes of a text; its error says what was expected.
    func value<Value, Failure: Error & CustomStringConvertible>(
        _ key: SettingKey, _ make: (String) throws(Failure) -> Value
    ) throws -> Value {
        let text = try required(key)
        do throws(Failure) { return try make(text) } catch { throw SettingError(key, error.description) }
    }

    /// A variable of the environment that is none of our settings (`STATE_DIRECTORY`).
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Secrets that came by the environment, where every child and `/proc` can read them.
    var secretsInEnvironment: [SettingKey] {
        let urls = [SettingKey.databaseURL, .databaseListenURL].map(\.name)
        return SettingKey.all.filter { key in
            guard key.isSecret, let value = variable(key.variable) else { return false }
            return !urls.contains(key.name) || Database(url: value).hasPassword
        }
    }

    /// Variables that look like settings and are none. The environment is shared with others, so they are no error.
    var unknownVariables: [String] {
        let known = Set(SettingKey.all.map(\.variable))
        return environment.keys.filter { $0.hasPrefix("RESETD_") && !known.contains($0) }.sorted()
    }

    /// systemd shows credentials to the service alone, with mode 0440; whatever others can read is no secret.
    private static func requirePrivate(credentials folder: String) throws {
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            try FileMode.requirePrivate("\(folder)/\(file)", mask: 0o007)
        }
    }
}

extension Duration {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// `250ms`, `30s`, `10m`, `6h`, `7d`; nothing else, so that a bare number is never a guess.
    init?(setting text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits),
            let unit = Self.units.first(where: { $0.suffix == text.dropFirst(digits.count) })
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow else { return nil }
        self = .milliseconds(product)
    }

    /// In the largest unit that leaves no rest.
    var setting: String {
        guard milliseconds > 0 else { return "0s" }
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 } ?? Self.units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }
}
