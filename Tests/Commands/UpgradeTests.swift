import Demo
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Schema

/// Two versions on one database.
@Suite(.emptyDatabase, .timeLimit(.minutes(5)))
struct UpgradeTests {
    /// A step of a resetd to come, as such steps are to be: it adds, and takes nothing away that this one uses.
    private static let later = """
        ALTER TABLE resetd.outbox ADD COLUMN campaign text;
        ALTER TABLE resetd.audit ADD COLUMN device text;
        CREATE INDEX outbox_campaign ON resetd.outbox (campaign);
        INSERT INTO resetd.migration (version, name, checksum) VALUES (900, 'later', 'x');
        """

    private static func ask(_ name: String) async throws {
        try await TestDatabase.current.execute(
            """
            INSERT INTO directory.users (login_id, full_name, email)
            VALUES (\(name), \(name), \(name + "@example.org"))
            """)
        try await TestDatabase.current.execute("INSERT INTO resetd.outbox (email) VALUES (\(name + "@example.org"))")
    }

    @Test func `a newer resetd migrates under a running daemon, which goes on, says so, and is not started again`()
        async throws
    {
        let database = try TestDatabase.current
        try await Connection.open(database.database).migrateAsOnASite()
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                for name in ["anna", "ben", "cleo"] { try await Self.ask(name) }
                try await relay.waitForMails(3)
                try await database.executeScript(Self.later)
                try await Self.ask("dora")
                let mail = try #require(try await relay.waitForMails(4).last)
                let link = try #require(
                    mail.text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
                let form = [("password", "violet-anchor-teapot-7319"), ("confirmation", "violet-anchor-teapot-7319")]
                #expect(
                    try await daemon.web.post(String(link.dropFirst(daemon.base.count)), form: form).status == 303)
                try await daemon.waitForLog("a newer resetd has migrated the database")
                let health = try await daemon.operations.get("/health/ready")
                #expect(health.status == 200)
                #expect(health.body.contains("\"schema\":\"degraded\""))

                let second = try RunningDaemon(relay: relay.url, database: database.database.url)
                #expect(await second.end() == 1)
                #expect(try second.lines.contains("upgrade resetd"))
            }
        }
    }

    @Test func `a daemon that meets an older schema waits for migrate, and then serves`() async throws {
        let database = try TestDatabase.current
        let connection = try await Connection.open(database.database)
        let last = try #require(Migration.all.last { !$0.isTidying })
        try await connection.executeScript(
            """
            CREATE SCHEMA resetd;
            CREATE TABLE resetd.migration (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                                           applied_at timestamptz NOT NULL DEFAULT now());
            """)
        for step in Migration.all where step.version < last.version {
            try await connection.executeScript(step.sql)
            try await connection.execute(
                """
                INSERT INTO resetd.migration (version, name, checksum)
                VALUES (\(step.version), \(step.name), \(step.checksum))
                """)
        }
        try await withScriptedRelay { relay in
            let daemon = try RunningDaemon(relay: relay.url, database: database.database.url)
            try await daemon.waitForLog("run 'resetd migrate'")
            try await daemon.waitUntil(503)
            let health = try await daemon.operations.get("/health/ready").body
            #expect(health.contains("\"database\":\"ok\""))
            #expect(health.contains("resetd migrate"))
            try await Self.ask("anna")
            let migrated = try await BuiltProgram.run(
                "migrate", environment: ["RESETD_DATABASE_URL": database.database.url])
            #expect(migrated.output.contains("applied \(last.version) \(last.name)"))
            try await daemon.waitUntil(200)
            try await relay.waitForMails(1)
            #expect(await daemon.stop() == 0)
        }
    }
}
