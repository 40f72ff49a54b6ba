import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// `worker.shadow`: everything but the sending.
@Suite(.database, .timeLimit(.minutes(5)))
struct ShadowTests {
    private func privateFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.url.path)
        return folder
    }

    private func files(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    }

    @Test func `each mail is a file of the daemon's alone, its row is cancelled, its link dead, and no relay is asked`()
        async throws
    {
        let database = try TestDatabase.current
        try await database.execute(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES ('anna', 'Anna', 'anna@example.org')")
        let folder = try privateFolder()
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url, more: "worker: { shadow: \(folder.url.path) }") { daemon in
                try await database.execute(
                    "INSERT INTO resetd.outbox (email) VALUES ('anna@example.org'), ('otto@example.org')")
                try await daemon.waitForLog("reason=shadow")
                let rows = try await database.execute(
                    "SELECT concat_ws('/', state, reason) AS outcome FROM resetd.outbox ORDER BY id")
                #expect(rows.map(\.texts) == [["cancelled/shadow"], ["rejected/unknown_email"]])
                #expect(try files(folder) == ["1-1.eml"])
                let file = folder.url.appending(path: "1-1.eml")
                let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let mail = try String(contentsOf: file, encoding: .utf8)
                #expect(mail.hasPrefix("From: "))
                #expect(mail.contains("To: Anna <anna@example.org>"))
                let link = try #require(mail.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
                #expect(try await daemon.web.get(String(link.dropFirst(daemon.base.count))).status == 410)
                #expect(try await daemon.operations.get("/metrics").body.contains("\nresetd_shadow 1\n"))
                // Limits count it as they would count a mail.
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
                try await daemon.waitForLog("reason=throttled")
            }
            #expect(relay.history.connections == 0)
        }
    }

    @Test func `a folder that others may look into, or that is none, is a wrong setting`() async throws {
        let folder = try privateFolder()
        for (path, mode) in [(folder.url.path, 0o750), ("\(folder.url.path)/absent", 0o700)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.url.path)
            let daemon = try RunningDaemon(
                relay: "smtp://127.0.0.1:9", database: TestDatabase.current.daemon.url,
                more: "worker: { shadow: \(path) }")
            #expect(await daemon.end() == 78)
            #expect(try daemon.lines.contains("worker.shadow"))
        }
    }

    @Test func `a folder that goes away is tried again, and no mail of it is lost`() async throws {
        let database = try TestDatabase.current
        try await database.execute("INSERT INTO directory.users (login_id, email) VALUES ('anna', 'anna@example.org')")
        let folder = try privateFolder()
        let path = folder.url.path
        try await withDaemon(relay: "smtp://127.0.0.1:9", more: "worker: { shadow: \(path), pollInterval: 200ms }") {
            daemon in
            try FileManager.default.moveItem(atPath: path, toPath: "\(path).away")
            try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
            try await daemon.waitForLog("cannot be written to the shadow folder")
            try FileManager.default.moveItem(atPath: "\(path).away", toPath: path)
            try await database.execute("UPDATE resetd.outbox SET due_at = now() WHERE state = 'queued'")
            try await daemon.waitForLog("reason=shadow")
            #expect(try files(folder).count == 1)
        }
    }
}
