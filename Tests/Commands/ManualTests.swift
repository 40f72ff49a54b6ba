import Foundation
import TestSupport
import Testing

@testable import resetd

/// The man pages, and what man(1) says of them.
@Suite(.timeLimit(.minutes(5)))
struct ManualTests {
    @Test(arguments: ["commands", "settings"])
    func `a page has no fault that groff can find`(page: String) async throws {
        let manual = try await BuiltProgram.run("manual", page)
        #expect(manual.code == 0)
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/groff")
        process.arguments = ["-man", "-Tutf8", "-Kutf8", "-ww", "-z", try folder.file("page", manual.output).path]
        let complaints = try folder.file("complaints")
        process.standardError = try FileHandle(forWritingTo: complaints)
        try await process.end()
        #expect(process.terminationStatus == 0)
        #expect(try String(contentsOf: complaints, encoding: .utf8) == "")
    }

    @Test func `every command that is shown is described, with its options`() throws {
        let page = try CommandsPage(Resetd.self).text
        for command in [
            "serve", "migrate", "check", "request", "outbox list", "outbox show", "outbox retry", "outbox cancel",
            "outbox purge", "accounts duplicates", "accounts set\\-password", "keys generate", "keys rotate",
            "keys prune", "demo",
        ] {
            #expect(page.contains(".SS resetd \(command)\n"))
        }
        #expect(page.contains("\\fB\\-\\-no\\-worker\\fR\nMail nothing"))
        #expect(!page.contains("manual"))
    }

    @Test(arguments: SettingKey.all.map(\.name))
    func `every setting is described, with its variable and default`(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.name == name })
        let lines = SettingsPage.text.split(separator: "\n")
        let start = try #require(lines.firstIndex { $0 == "\(Roff.bold(name)) (\(key.variable))" })
        let entry = lines[start...].prefix(4)
        #expect(entry.contains { $0 == Roff.plain(key.meaning) })
        if let fallback = key.fallback { #expect(entry.contains { $0.hasPrefix("Default: \(Roff.plain(fallback)).") }) }
    }

    @Test func `nothing in a text is a macro or an escape`() {
        #expect(Roff.plain(".TH \\n a-b") == "\\&.TH \\en a\\-b")
    }
}
