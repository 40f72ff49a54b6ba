import Foundation
import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Demo

@Suite(.database, .timeLimit(.minutes(5)))
struct SignalTests {
    private static func addPeople() async throws {
        try await TestDatabase.current.execute(
            """
            INSERT INTO directory.users (login_id, full_name, email)
            SELECT 'p' || n, 'Person', 'p' || n || '@example.org' FROM generate_series(1, 300) AS n
            """)
    }

    private static func target(in text: String, _ daemon: RunningDaemon) throws -> String {
        let link = try #require(text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
        return String(link.dropFirst(daemon.base.count))
    }

    @Test func `SIGHUP takes a rotated ring over, old links go on, and a broken file changes nothing`() async throws {
        let database = try TestDatabase.current
        try await Self.addPeople()
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('p1@example.org')")
                let old = try Self.target(in: try await relay.waitForMails(1)[0].text, daemon)

                let ring = try LinkKeys(String(contentsOf: daemon.keys, encoding: .utf8)).rotated()
                try Data(ring.text.utf8).write(to: daemon.keys)
                daemon.send(SIGHUP)
                try await daemon.waitForLog("settings read anew")
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('p2@example.org')")
                let new = try Self.target(in: try await relay.waitForMails(2)[1].text, daemon)
                let token = try #require(new.split(separator: "/").last)
                #expect(Token(token, keys: ring, for: .reset)?.keyID == ring.current.id)
                #expect(try await daemon.web.get(new).status == 200)
                #expect(try await daemon.web.get(old).status == 200)

                try Data("nonsense".utf8).write(to: daemon.keys)
                daemon.send(SIGHUP)
                try await daemon.waitForLog("settings stay as they were")
                #expect(try await daemon.web.get(old).status == 200)
                #expect(try !daemon.lines.contains("nonsense"))
            }
        }
    }

    @Test func `SIGHUP takes new words and templates over, and a broken file leaves the old ones in pages and mails`()
        async throws
    {
        let database = try TestDatabase.current
        try await Self.addPeople()
        let folder = try TemporaryFolder()
        let mail = """
            mail: { from: "Example Support <support@example.org>", locale: de, templates: "\(folder.url.path)" }
            """
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url, more: mail) { daemon in
                let before = try await daemon.web.get("/forgot").body
                #expect(before.contains(#"<html lang="de""#))

                _ = try folder.file("de.words", "forgotTitle = Nichts mehr gewusst?\n")
                _ = try folder.file("reset_link.de.text.mustache", "Kurz: {{{link}}}\n")
                _ = try folder.file("brand.page.mustache", "<p>Unser Haus</p>\n")
                daemon.send(SIGHUP)
                try await daemon.waitForLog("settings read anew")
                let after = try await daemon.web.get("/forgot").body
                #expect(after.contains("Nichts mehr gewusst?") && after.contains("<p>Unser Haus</p>"))
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('p1@example.org')")
                #expect(try await relay.waitForMails(1)[0].text.contains("Kurz: \(daemon.base)/reset/"))

                for (name, text) in [
                    ("de.words", "forgotTitel = x\n"), ("reset_link.de.text.mustache", "{{#open}}\n"),
                    ("brand.page.mustache", "{{#open}}\n"),
                ] {
                    let whole = try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
                    _ = try folder.file(name, text)
                    daemon.send(SIGHUP)
                    try await daemon.waitForLog(name)
                    #expect(try await daemon.web.get("/forgot").body == after)
                    _ = try folder.file(name, whole)
                }
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('p2@example.org')")
                #expect(try await relay.waitForMails(2)[1].text.contains("Kurz: "))
                #expect(try daemon.lines.contains("de.words, line 1: there is no word forgotTitel"))
            }
        }
    }

    @Test func `SIGTERM in mid-run leaves no row sending, and sent rows are accepted mails`() async throws {
        let database = try TestDatabase.current
        try await Self.addPeople()
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(10), .usual) : .usual }
        try await withScriptedRelay(script) { relay in
            let daemon = try RunningDaemon(relay: relay.url, database: database.daemon.url)
            try await daemon.waitUntil(200)
            try await database.execute(
                "INSERT INTO resetd.outbox (email) SELECT 'p' || n || '@example.org' FROM generate_series(1, 300) AS n")
            _ = try await relay.waitForMails(50)
            #expect(await daemon.stop() == 0)
            let row = try #require(
                try await database.execute(
                    """
                    SELECT count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'sending') AS sending
                      FROM resetd.outbox
                    """
                ).first)
            #expect(try row.get("sending") == 0)
            #expect(try row.get("sent") == relay.mails.count)
        }
    }

    @Test func `a second SIGTERM does not wait for a relay that says nothing`() async throws {
        let database = try TestDatabase.current
        try await Self.addPeople()
        let script = RelayScript { $0.stage == .dot ? .silence : .usual }
        try await withScriptedRelay(script) { relay in
            let daemon = try RunningDaemon(relay: relay.url, database: database.daemon.url)
            try await daemon.waitUntil(200)
            try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('p1@example.org')")
            try await relay.wait { $0.greatestOverlap == 1 }
            // Signals of one kind that come together are one, so it goes out again until the daemon has heard two.
            let nudge = Task { [processID = daemon.processID] in
                while !Task.isCancelled {
                    _ = kill(processID, SIGTERM)
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            let started = ContinuousClock.now
            #expect(await daemon.end() == 0)
            nudge.cancel()
            // The first alone would wait for `smtp.dotTimeout`, thirty seconds at the most.
            #expect(ContinuousClock.now - started < .seconds(25))
        }
    }

    @Test func `no password of a setting is in the log, however much is logged`() async throws {
        let url = try TestDatabase.current.daemon.url.replacing(
            "user=resetd", with: "user=resetd&password=CANARY-DB")
        try await withScriptedRelay { relay in
            let daemon = try RunningDaemon(
                relay: relay.url, database: url,
                more: """
                    smtp: { url: "smtp://127.0.0.1:9", username: canary, password: CANARY-SMTP }
                    """)
            try await daemon.waitUntil(200)
            #expect(await daemon.stop() == 0)
            #expect(try !daemon.lines.contains("CANARY"))
            #expect(try !daemon.lines.contains("AAAAAAAA"))
        }
    }
}
