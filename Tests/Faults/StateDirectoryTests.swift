import Foundation
import Postgres
import TestSupport
import Testing

/// What a daemon finds in its state directory may be anything.
@Suite(.timeLimit(.minutes(10)))
struct StateDirectoryTests {
    private static let damage = "the outcome journal is damaged"

    private func folder(_ state: String) throws -> URL {
        URL(filePath: String(try #require(state.split(separator: "\"").dropFirst().first)))
    }

    @Test func `a torn journal is replayed as far as it goes, also by the second start after it was torn`() async throws
    {
        let script = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        try await Site.run("torn journal", script: script) { site in
            let state = try site.stateDirectory()
            let outcomes = try folder(state).appending(path: "outcomes")
            let killed = try site.daemon(state)
            site.forget(killed)
            try await killed.waitUntil(200)
            let count = Scale.requests(128, short: 40)
            try await site.ask(count)
            try await site.relay.wait { $0.greatestOverlap == Site.connections }
            // All are accepted, and the database is not told of any.
            try await site.cuttingOff("SELECT FROM resetd.outbox FOR UPDATE") {
                site.relay.release()
                try await site.relay.waitForMails(count)
                try await site.wait { _ in
                    try String(contentsOf: outcomes, encoding: .utf8).split(separator: "\n").count == count + 1
                }
                await killed.kill()
            }
            #expect(try await site.count("state = 'sending'") == count)
            let journal = try FileHandle(forWritingTo: outcomes)
            try journal.seekToEnd()
            try journal.write(contentsOf: Data("17 1 ".utf8))
            try journal.close()

            // This one has read the journal, and can tell nobody.
            try await site.cuttingOff("SELECT FROM resetd.outbox FOR UPDATE") {
                let second = try site.daemon(state)
                site.forget(second)
                try await second.waitForLog(Self.damage)
                try await site.waitForBlockedDaemon()
                await second.kill()
            }
            let third = try site.daemon(state)
            try await third.waitForLog(Self.damage)
            // By then the damaged one has been set aside.
            try await third.waitForLog("worker started")
            try await site.settle()
            #expect(site.relay.mails.count == count)
            #expect(
                try String(contentsOf: folder(state).appending(path: "outcomes.damaged"), encoding: .utf8).hasSuffix(
                    "17 1 "))
        }
    }

    @Test func `a journal that is none is set aside, and the daemon starts`() async throws {
        try await Site.run("foreign journals") { site in
            let state = try site.stateDirectory()
            let outcomes = try folder(state).appending(path: "outcomes")
            func file(_ bytes: [UInt8]) -> () throws -> Void {
                { try Data(bytes).write(to: outcomes) }
            }
            func directory(_ inside: String...) -> () throws -> Void {
                {
                    try FileManager.default.createDirectory(at: outcomes, withIntermediateDirectories: false)
                    for name in inside { try Data("x".utf8).write(to: outcomes.appending(path: name)) }
                }
            }
            let kinds = [
                file(Array("# shopping list\neggs\n".utf8)),
                file((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) }),
                file(Array("resetd outcomes 2\n1 1 1 1\n".utf8)),
                directory(), directory("a"), directory("b"),
                file([UInt8](repeating: 0, count: 1 << 20)),
                file(Array("resetd outcomes 1\n1 1 1 0\n\n99999999999999999999 1 1 x\n".utf8)),
            ]
            for make in kinds {
                try? FileManager.default.removeItem(at: outcomes)
                try make()
                let daemon = try site.daemon(state)
                site.forget(daemon)
                try await daemon.waitUntil(200)
                try await site.ask(Scale.requests(50, short: 5))
                try await site.relay.waitForMails(site.asked)
                #expect(try daemon.count(Self.damage) == 1)
                #expect(
                    FileManager.default.fileExists(atPath: try folder(state).appending(path: "outcomes.damaged").path))
                #expect(await daemon.stop() == 0)
            }
        }
    }

    @Test func `a session number that is none, and no state directory at all, change nothing`() async throws {
        try await Site.run("no session number, no directory") { site in
            for text in ["", "x\n", "-1\n", "99999999999999999999999999999999999999999\n", "\0\0\0\n", "12"] {
                let state = try site.stateDirectory()
                try Data(text.utf8).write(to: folder(state).appending(path: "session"))
                let daemon = try site.daemon(state)
                site.forget(daemon)
                try await daemon.waitUntil(200)
                try await site.ask(5)
                try await site.relay.waitForMails(site.asked)
                #expect(await daemon.stop() == 0)
            }
            let daemon = try site.daemon()
            try await daemon.waitUntil(200)
            try await daemon.waitForLog("no state.directory")
            try await site.ask(Scale.requests(500, short: 20))
        }
    }
}
