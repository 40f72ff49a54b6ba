import Configuration
import Foundation
import Glibc

/// The credentials that the unit has systemd load, read from where they are kept (systemd.exec(5), LoadCredential=).
///
/// For `resetd check`, which root runs to learn what the daemon will meet: systemd shows the unit's own folder to the unit.
enum UnitCredentials {
    /// Where systemd looks for them, but for encrypted ones, which it alone reads.
    static let credstores = ["/etc/credstore", "/run/credstore"]

    private static let keys: [SettingKey] = [.linkKeys, .smtpPassword, .databaseURL]

    /// Those that are there and that this user may read.
    ///
    /// - Throws: ``SettingError`` for one that others can read, too.
    static func provider(of folders: [String]) throws -> any ConfigProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for key in keys {
            let name = key.name.replacing(".", with: "-")
            for path in folders.map({ "\($0)/resetd.\(name)" }) {
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
                try FileMode.requirePrivate(path, mask: 0o077)
                values[AbsoluteConfigKey(ConfigKey(key.name))] = ConfigValue(.string(text), isSecret: true)
                break
            }
        }
        return InMemoryProvider(name: "credstore", values: values)
    }

    /// Who the daemon is, to root: the owner of what it keeps (`StateDirectory=`). Nil before it has run.
    static var daemonUser: uid_t? {
        var status = stat()
        return unsafe stat("/var/lib/resetd", &status) == 0 ? status.st_uid : nil
    }
}
