import Accounts
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
            if report.isGood(at: "schema") {
                await report.line("privileges") { try await Privileges.check(connection) }
                await report.line("contract") { try await ContractCheck.check(connection) }
                await report.line("duplicates") { try await duplicates(connection) }
            }
        }
        await report.line("relay") { try await relay(settings) }
        guard report.isGood else { throw ExitCode(1) }
    }

    /// No failure: the addresses are other systems' to mend, and everybody else is served.
    private func duplicates(_ connection: Connection) async throws -> String {
        let row = try await connection.execute(
            """
            SELECT count(*) AS addresses, coalesce(sum(d.accounts), 0)::bigint AS accounts
              FROM (\(Directory.sharedAddresses)) AS d
            """
        ).first
        let addresses = try row?.get("addresses", as: Int.self) ?? 0
        guard addresses > 0 else { return "no address is shared" }
        let accounts = try row?.get("accounts", as: Int.self) ?? 0
        return "\(addresses) shared by \(accounts) accounts, which cannot reset by mail: resetd accounts duplicates"
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
