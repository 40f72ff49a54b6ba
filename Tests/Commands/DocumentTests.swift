import Foundation
import TestSupport
import Testing

@testable import resetd

/// Documents say what the one list of keys says.
@Suite
struct DocumentTests {
    private static func document(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test(arguments: SettingKey.all.map(\.name))
    func `Config/resetd.yaml has every key with its variable and default`(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.name == name })
        let parts = name.split(separator: ".")
        let lines = try Self.document("Config/resetd.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        var position = try #require(lines.firstIndex { $0 == "\(parts[0]):" || $0 == "# \(parts[0]):" })
        for (depth, part) in parts.enumerated().dropFirst() {
            let indent = String(repeating: "  ", count: depth)
            position = try #require(
                lines[position...].firstIndex {
                    $0.hasPrefix("\(indent)\(part):") || $0.hasPrefix("\(indent)# \(part):")
                })
        }
        #expect(lines[position - 1].drop { $0 == " " } == "# \(key.variable)")
        let value = lines[position].drop { $0 != ":" }.dropFirst().drop { $0 == " " }.filter { $0 != "\"" }
        if let fallback = key.fallback { #expect(value == fallback) }
    }

    @Test(arguments: SettingKey.all.map(\.name))
    func `the README has every key and its default`(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.name == name })
        let lines = try Self.document("README.md").split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("| `\(name)`") })
        if let fallback = key.fallback { #expect(line.contains("`\(fallback)`")) }
    }

    @Test func `there is no key in Config/resetd.yaml that is no setting`() async throws {
        let text = try Self.document("Config/resetd.yaml")
        let uncommented = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let content = line.drop { $0 == " " }
            let isKey = content.firstMatch(of: /^# ?[a-z][A-Za-z]*:( [^ ].*)?$/) != nil && !content.contains(";")
            return isKey
                ? String(repeating: " ", count: line.count - content.count) + content.dropFirst(2) : String(line)
        }
        let folder = try TemporaryFolder()
        let file = try folder.file("resetd.yaml", uncommented.joined(separator: "\n"))
        _ = try await Settings(file: file.path, environment: [:])
    }
}
