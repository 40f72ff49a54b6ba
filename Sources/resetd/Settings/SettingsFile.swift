import Configuration
import Foundation
import SystemPackage
import Yams

/// The YAML file of settings. swift-configuration reads its values; here every key in it is held against the list of
/// keys, so that a typo is an error with its line and not a default in silence.
struct SettingsFile {
    static let defaultPath = "/etc/resetd/resetd.yaml"

    /// The values of a file, or nil when there is none and none was asked for.
    static func provider(path: String?) async throws -> (any ConfigProvider)? {
        let file = path ?? defaultPath
        guard FileManager.default.fileExists(atPath: file) else {
            guard path == nil else {
                throw SettingError(file: file, "there is no such file; expected settings in YAML")
            }
            return nil
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw SettingError(file: file, "cannot be read; expected a UTF-8 file that this user may read")
        }
        guard try requireKnownKeys(text, file: file) else { return nil }
        do {
            return try await FileProvider<YAMLSnapshot>(filePath: FilePath(file))
        } catch {
            throw SettingError(
                file: file, "is not a file of settings: expected keys with a text or number, or lists of these")
        }
    }

    /// False for a file that says nothing at all.
    static func requireKnownKeys(_ text: String, file: String) throws -> Bool {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            // The message of a parser quotes the line, which may hold a secret; the place is enough.
            throw SettingError(file: file, "is not YAML\(place(of: error))")
        }
        guard let root else { return false }
        if case .scalar(let scalar) = root, scalar.string.isEmpty { return false }
        guard case .mapping(let mapping) = root else {
            throw SettingError(file: file, "expected keys at the top level, such as 'smtp:'")
        }
        try requireKnown(mapping, under: [], file: file)
        return true
    }

    private static func requireKnown(_ mapping: Node.Mapping, under path: [String], file: String) throws {
        var seen: Set<String> = []
        for (key, value) in mapping {
            let name = (path + [key.string ?? ""]).joined(separator: ".")
            let line = key.mark.map { "line \($0.line): " } ?? ""
            guard seen.insert(name).inserted else {
                throw SettingError(file: file, "\(line)the key \(name) stands twice")
            }
            if SettingKey.all.contains(where: { $0.name == name }) {
                guard value.mapping == nil else {
                    throw SettingError(file: file, "\(line)\(name) expects a value and has keys below it")
                }
            } else if SettingKey.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
                if let mapping = value.mapping {
                    try requireKnown(mapping, under: path + [key.string ?? ""], file: file)
                } else if value.scalar?.string.isEmpty != true {
                    throw SettingError(file: file, "\(line)\(name) expects keys below it and has a value")
                }
            } else {
                throw SettingError(file: file, "\(line)there is no setting \(name)")
            }
        }
    }

    private static func place(of error: YamlError) -> String {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            " at line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping(let keys, _): ": the key \(keys.first?.description ?? "") stands twice"
        default: ""
        }
    }
}
