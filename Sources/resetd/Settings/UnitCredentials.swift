import Configuration
import Foundation

/// The credentials that the unit has systemd load, read from where they are kept (systemd.exec(5), LoadCredential=).
///
/// For `resetd check`, which root runs to learn what the daemon will meet: systemd shows the unit's own folder to the unit.
enum UnitCredentials {
    static let credstore = "/etc/credstore"

    private static let keys: [SettingKey] = [.linkKeys, .smtpPassword, .databaseURL]

    /// What `LoadCredential=` calls a setting.
    static func name(of key: SettingKey) -> String {
        switch key.name {
        case SettingKey.databaseURL.name: "database-url"
        default: key.name.replacing(".", with: "-")
        }
    }

    /// Those that are there and that this user may read.
    ///
    /// - Throws: ``SettingError`` for one that others can read, too.
    static func provider(of folder: String) throws -> any ConfigProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for key in keys {
            let path = "\(folder)/resetd.\(name(of: key))"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
            try FileMode.requirePrivate(path, mask: 0o077)
            values[AbsoluteConfigKey(ConfigKey(key.name))] = ConfigValue(.string(text), isSecret: true)
        }
        return InMemoryProvider(name: "credstore", values: values)
    }
}
