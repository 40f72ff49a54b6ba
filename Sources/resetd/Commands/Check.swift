import ArgumentParser
import Delivery
import PasswordReset
import Postgres
import SMTP
import Schema

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test settings, keys, database, schema, privileges and relay; one line each.",
        discussion: "Exits 1 if any of them fails. It mails nothing and changes nothing.")

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let settings = try await options.settings()
        var report = CheckReport()

        await report.line("settings") {
            _ = try settings.delivery()
            _ = try settings.web()
            _ = try settings.composer(for: settings.delivery())
            _ = try settings.operationsAddress()
            return "every setting is readable"
        }
        await report.line("keys") {
            let keys = try settings.keys()
            return "key \(keys.current.id) signs, \(keys.entries.count) verify"
        }
        let connection = await report.line("database") {
            let connection = try await Connection.open(try settings.database())
            let version: String? = try await connection.execute("SHOW server_version").first?.get("server_version")
            return ("PostgreSQL \(version ?? "")", connection)
        }
        if let connection {
            await report.line("schema") {
                try await Migrator().requireCurrent(connection)
                return "at version \(Migration.all.last?.version ?? 0)"
            }
            await report.line("privileges") { try await privileges(connection) }
        }
        await report.line("relay") { try await relay(settings) }
        guard report.isGood else { throw ExitCode(1) }
    }

    /// What the daemon does with the database, asked as privileges.
    private func privileges(_ connection: Connection) async throws -> String {
        let rows = try await connection.execute(
            """
            SELECT what
              FROM (VALUES
                    ('SELECT, INSERT, UPDATE and DELETE on resetd.outbox',
                     has_table_privilege('resetd.outbox', 'SELECT')
                     AND has_table_privilege('resetd.outbox', 'INSERT')
                     AND has_table_privilege('resetd.outbox', 'UPDATE')
                     AND has_table_privilege('resetd.outbox', 'DELETE')),
                    ('SELECT on resetd.account', has_table_privilege('resetd.account', 'SELECT')),
                    ('INSERT on resetd.audit', has_table_privilege('resetd.audit', 'INSERT')),
                    ('INSERT, UPDATE and DELETE on resetd.session',
                     has_table_privilege('resetd.session', 'INSERT')
                     AND has_table_privilege('resetd.session', 'UPDATE')
                     AND has_table_privilege('resetd.session', 'DELETE')),
                    ('USAGE on resetd.session_number', has_sequence_privilege('resetd.session_number', 'USAGE')),
                    ('EXECUTE on resetd.set_password',
                     has_function_privilege('resetd.set_password(text, text, text, boolean)', 'EXECUTE')),
                    ('EXECUTE on resetd.lock_account',
                     has_function_privilege('resetd.lock_account(text, text)', 'EXECUTE')))
                AS privilege (what, granted)
             WHERE NOT granted
            """)
        let missing = try rows.map { try $0.get("what", as: String.self) }
        guard missing.isEmpty else {
            throw CommandFailure(description: "this role lacks \(missing.joined(separator: "; "))")
        }
        return "all that the daemon needs"
    }

    private func relay(_ settings: Settings) async throws -> String {
        let relay = try settings.relay()
        let session = Session(relay: relay)
        try await session.connect()
        try await session.probe(sender: try settings.sender().mailbox)
        await session.quit()
        let security = relay.url.scheme == .smtps ? "TLS" : relay.security.rawValue
        return "takes mail from our sender (TLS \(security), \(relay.username == nil ? "no AUTH" : "AUTH done"))"
    }
}

/// One line for each thing looked at.
private struct CheckReport {
    private(set) var isGood = true

    @discardableResult
    mutating func line<Value>(_ name: String, _ body: () async throws -> (String, Value)) async -> Value? {
        do {
            let (words, value) = try await body()
            print("ok    \(name): \(words)")
            return value
        } catch {
            isGood = false
            print("FAIL  \(name): \(Failure(error)?.line ?? "\(error)")")
            return nil
        }
    }

    mutating func line(_ name: String, _ body: () async throws -> String) async {
        await line(name) { (try await body(), ()) }
    }
}
