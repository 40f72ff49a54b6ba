import Foundation
import Postgres
import TestSupport
import Testing

@testable import Demo

/// The whole daemon as a process, from the row to the new password.
@Suite(.database, .timeLimit(.minutes(5)))
struct ServeTests {
    private let password = "violet-anchor-teapot-7319"

    @Test func `a link is redeemed once by thirty at once, and its token is nowhere but in the mail`() async throws {
        let database = try TestDatabase.current
        try await Self.addAnna(database)
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
                let mail = try #require(try await relay.waitForMails(1).first)
                let link = try #require(
                    mail.text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
                let target = String(link.dropFirst(daemon.base.count))
                #expect(try await daemon.web.get(target).status == 200)
                #expect(try await daemon.web.get(target).status == 200)

                let (web, password) = (daemon.web, password)
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<30 {
                        group.addTask {
                            try await web.post(target, form: [("password", password), ("confirmation", password)])
                                .status
                        }
                    }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(statuses.count { $0 == 303 } == 1)
                #expect(statuses.count { $0 == 410 } == 29)
                #expect(try await daemon.web.get(target).status == 410)

                let notice = try await relay.waitForMails(2)[1]
                #expect(notice.text.contains("Subject: Your password was changed"))
                #expect(!notice.text.contains("/reset/"))

                let token = try #require(target.split(separator: "/").last)
                let dump = try await Self.dump(database)
                #expect(dump.contains("anna@example.org"))
                #expect(!dump.contains(token))
                #expect(!dump.contains(password))
                let log = try daemon.lines
                #expect(log.contains("/reset/{token}"))
                for secret in [String(token), password, "anna@example.org", "AAAAAAAA"] {
                    #expect(!log.contains(secret))
                }
                let metrics = try await daemon.operations.get("/metrics").body
                #expect(metrics.contains("resetd_redeems_total"))
                #expect(!metrics.contains(token))
            }
        }
    }

    @Test func `a request by the form is mailed, and the answer is the same for an address that nobody has`()
        async throws
    {
        let database = try TestDatabase.current
        try await Self.addAnna(database)
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                let known = try await daemon.web.post(
                    "/forgot", form: [("email", "anna@example.org"), ("kind", "user")])
                let unknown = try await daemon.web.post(
                    "/forgot", form: [("email", "otto@example.org"), ("kind", "user")])
                #expect(known == unknown || known.body == unknown.body && known.status == unknown.status)
                let mails = try await relay.waitForMails(1)
                #expect(mails.map(\.recipients) == [["anna@example.org"]])
            }
        }
    }

    @Test func `a relay that is away is degraded, and a stop is clean all the same`() async throws {
        try await Self.addAnna(TestDatabase.current)
        try await withScriptedRelay { relay in
            await relay.goAway()
            let daemon = try RunningDaemon(relay: relay.url, database: TestDatabase.current.daemon.url)
            try await daemon.waitUntil(200)
            try await TestDatabase.current.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
            while try await !daemon.operations.get("/health/ready").body.contains("degraded") {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await daemon.operations.get("/health/ready").status == 200)
            #expect(await daemon.stop() == 0)
            let left = try await TestDatabase.current.execute("SELECT state FROM resetd.outbox")
            #expect(try left.map { try $0.get("state", as: String.self) } == ["queued"])
        }
    }

    @Test func `a database that is away is waited for, live and not ready`() async throws {
        let daemon = try RunningDaemon(
            relay: "smtp://127.0.0.1:9", database: "postgresql:///x?host=/nonexistent&user=nobody")
        try await daemon.waitUntil(503)
        #expect(try await daemon.operations.get("/health/live").status == 200)
        #expect(try await daemon.web.get("/forgot").status == 200)
        #expect(await daemon.stop() == 0)
    }

    @Test func `a link that was cancelled stays dead when its request is retried`() async throws {
        let database = try TestDatabase.current
        try await Self.addAnna(database)
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url, more: "limits: { perAccountInterval: 0s }") { daemon in
                func target(_ text: String) throws -> String {
                    let link = try #require(
                        text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
                    return String(link.dropFirst(daemon.base.count))
                }
                let environment = ["RESETD_DATABASE_URL": database.daemon.url]
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
                let old = try target(try await relay.waitForMails(1)[0].text)
                // Its outcome first, or recording it would meet the cancelled row.
                while try await database.execute("SELECT FROM resetd.outbox WHERE state = 'sent'").isEmpty {}
                #expect(try await BuiltProgram.run("outbox", "cancel", "1", environment: environment).code == 0)
                #expect(try await daemon.web.get(old).status == 410)
                #expect(try await BuiltProgram.run("outbox", "retry", "1", environment: environment).code == 0)
                let new = try target(try await relay.waitForMails(2)[1].text)
                #expect(try await daemon.web.get(old).status == 410)
                let form = [("password", password), ("confirmation", password)]
                #expect(try await daemon.web.post(old, form: form).status == 410)
                #expect(try await daemon.web.post(new, form: form).status == 303)
            }
        }
    }

    private static func addAnna(_ database: TestDatabase) async throws {
        try await database.execute(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES ('anna', 'Anna', 'anna@example.org')")
    }

    private static func dump(_ database: TestDatabase) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/pg_dump")
        process.arguments = [database.database.url]
        let file = try TemporaryFolder.shared.file("\(UUID().uuidString).sql")
        process.standardOutput = try FileHandle(forWritingTo: file)
        try await process.end()
        return try String(contentsOf: file, encoding: .utf8)
    }
}

@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct UnmigratedTests {
    @Test func `a database without the schema ends the daemon with a word on what to do`() async throws {
        let daemon = try RunningDaemon(relay: "smtp://127.0.0.1:9", database: TestDatabase.current.daemon.url)
        #expect(await daemon.end() == 1)
        #expect(try daemon.lines.contains("resetd migrate"))
    }

    @Test func `migrate is done once, says so, and shows where it stands`() async throws {
        let url = try TestDatabase.current.database.url
        let environment = ["RESETD_DATABASE_URL": url]
        let status = try await BuiltProgram.run("migrate", "--status", environment: environment)
        #expect(status.code == 0)
        #expect(status.output.contains("1 directory: pending"))
        let first = try await BuiltProgram.run("migrate", environment: environment)
        #expect(first.code == 0)
        #expect(first.output.contains("applied 1 directory"))
        let second = try await BuiltProgram.run("migrate", environment: environment)
        #expect(second.code == 0)
        #expect(second.output.contains("nothing to do"))
    }
}
