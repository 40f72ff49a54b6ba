import Foundation
import TestSupport
import Testing

@testable import resetd

/// The units, and what systemd makes of them without being there. Tests/Boot has it there.
@Suite(.timeLimit(.minutes(5)))
struct UnitTests {
    private static let folder = URL(filePath: #filePath).appending(path: "../../../systemd").standardized

    private static func lines(_ unit: String) throws -> [Substring] {
        try String(contentsOf: folder.appending(path: unit), encoding: .utf8).split(separator: "\n")
    }

    /// The values of a directive, in order.
    private static func values(_ directive: String) throws -> [Substring] {
        try lines("resetd.service").filter { $0.hasPrefix(directive + "=") }.map { $0.dropFirst(directive.count + 1) }
    }

    /// systemd-analyze(1) on copies that start the program of this build, which is where no package put it.
    private static func analyze(_ arguments: String..., units: [String]) async throws -> (code: Int32, output: String) {
        let copies = try TemporaryFolder()
        let files = try units.map { unit in
            let text = try lines(unit).joined(separator: "\n").replacing("/usr/bin/resetd", with: BuiltProgram.path)
            return try copies.file(unit, text + "\n", mode: 0o644).path
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/systemd-analyze")
        process.arguments = arguments + files
        let output = try copies.file("output")
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        try await process.end()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }

    @Test func `systemd has nothing to say of them`() async throws {
        let verdict = try await Self.analyze("verify", units: ["resetd.service", "resetd.socket"])
        #expect(verdict.output == "")
        #expect(verdict.code == 0)
    }

    @Test func `the daemon is exposed by 1.2 at most`() async throws {
        let verdict = try await Self.analyze(
            "security", "--offline=true", "--threshold=12", "--no-pager", units: ["resetd.service"])
        #expect(verdict.code == 0, "\(verdict.output.suffix(100))")
        #expect(verdict.output.contains("Overall exposure level"))
    }

    @Test func `every credential is a secret that the settings know`() throws {
        let secrets = SettingKey.all.filter(\.isSecret).map { $0.name.replacing(".", with: "-").lowercased() }
        let credentials = try Self.values("LoadCredential").map { String($0.prefix { $0 != ":" }) }
        #expect(credentials.sorted() == ["database-url", "link-keys", "smtp-password"])
        #expect(credentials.allSatisfy(secrets.contains))
    }
}
