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
            try settings.requireReadable()
            let unknown = settings.unknownVariables
            return unknown.isEmpty
                ? "every setting is readable"
                : "every setting is readable, but these variables are none: \(unknown.joined(separator: ", "))"
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
            if report.isGood(at: "schema") { await report.line("privileges") { try await privileges(connection) } }
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
                    ('SELECT on resetd.outbox', has_table_privilege('resetd.outbox', 'SELECT')),
                    ('INSERT on resetd.outbox', has_table_privilege('resetd.outbox', 'INSERT')),
                    ('UPDATE on resetd.outbox', has_table_privilege('resetd.outbox', 'UPDATE')),
                    ('DELETE on resetd.outbox', has_table_privilege('resetd.outbox', 'DELETE')),
                    ('SELECT on resetd.account', has_table_privilege('resetd.account', 'SELECT')),
                    ('INSERT on resetd.audit', has_table_privilege('resetd.audit', 'INSERT')),
                    ('SELECT on resetd.session', has_table_privilege('resetd.session', 'SELECT')),
                    ('INSERT on resetd.session', has_table_privilege('resetd.session', 'INSERT')),
                    ('UPDATE on resetd.session', has_table_privilege('resetd.session', 'UPDATE')),
                    ('DELETE on resetd.session', has_table_privilege('resetd.session', 'DELETE')),
                    ('USAGE on resetd.session_number', has_sequence_privilege('resetd.session_number', 'USAGE')))
                AS privilege (what, granted)
             WHERE NOT granted
            UNION ALL
            SELECT 'EXECUTE on resetd.' || p.proname
              FROM pg_proc AS p
             WHERE p.pronamespace = 'resetd'::regnamespace
               AND p.proname IN ('claim', 'record', 'lock_account', 'set_password', 'purge_audit')
               AND NOT has_function_privilege(p.oid, 'EXECUTE')
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
    private var failed: Set<String> = []

    var isGood: Bool { failed.isEmpty }

    func isGood(at name: String) -> Bool { !failed.contains(name) }

    @discardableResult
    mutating func line<Value>(_ name: String, _ body: () async throws -> (String, Value)) async -> Value? {
        do {
            let (words, value) = try await body()
            print("ok    \(name): \(words)")
            return value
        } catch {
            failed.insert(name)
            print("FAIL  \(name): \(Failure(error)?.line ?? "\(error)")")
            return nil
        }
    }

    mutating func line(_ name: String, _ body: () async throws -> String) async {
        await line(name) { (try await body(), ()) }
    }
}
