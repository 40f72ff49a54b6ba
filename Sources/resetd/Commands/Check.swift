import Accounts
import ArgumentParser
import Delivery
import PasswordReset
import Postgres
import SMTP
import Schema

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test what the daemon will meet: settings, keys, files, database and relay; one line each.",
        discussion: """
            Exits 1 if any of them fails, and says what to do about it. It changes nothing, and mails nothing unless \
            --send asks for it.
            """)

    @OptionGroup var options: SettingsOptions

    @Option(help: ArgumentHelp("Send a test mail there, made and sent as real ones are.", valueName: "address"))
    var send: String?

    @Flag(help: "Ask for the page that people are sent to, as a browser would: is link.base the way to the daemon?")
    var reach = false

    @Flag(help: "Print one JSON array.")
    var json = false

    func run() async throws {
        // Another file is another daemon's.
        let isUnits = (options.config ?? SettingsFile.defaultPath) == SettingsFile.defaultPath
        let settings = try await Settings(
            file: options.config, credstores: isUnits ? UnitCredentials.credstores : [])
        var report = CheckReport(asJSON: json)

        let complaints = settings.complaints()
        for complaint in complaints {
            await report.line("settings", hint: "resetd.yaml(5) has every key with its meaning") { throw complaint }
        }
        if complaints.isEmpty {
            let unknown = settings.unknownVariables
            await report.line("settings", hint: "") {
                "every setting is readable"
                    + (unknown.isEmpty ? "" : ", but these variables are none: \(unknown.joined(separator: ", "))")
            }
        }
        await report.line("keys", hint: "resetd keys generate, into a file of mode 0600 that link.keysFile names") {
            let keys = try settings.keys()
            return "key \(keys.current.id) signs, \(keys.entries.count) verify"
        }
        await report.line("files", hint: "chown it to the daemon's user, and chmod go-w") {
            try FileCheck.check(settings, configuration: options.config)
        }
        let connection = await report.line(
            "database", hint: "try psql with the same URL: is the server up, and may this role sign in (pg_hba.conf)?"
        ) { try await DatabaseCheck.open(settings) }
        if let connection { await look(at: connection, settings, &report) }
        let session = await report.line("relay", hint: Self.advice) { try await RelayCheck.probe(settings) }
        if let seen = session?.certificateExpiry {
            await report.line("certificate", hint: "renew it on the relay: once it is over no mail goes out") {
                try RelayCheck.certificate(expiresAt: seen)
            }
        }
        if reach {
            await report.line("link", hint: "does the proxy pass the path of link.base on, to web.listen?") {
                try PageProbe.check(settings)
            }
        }
        if let send {
            await report.line("mail", hint: "the relay's own log says more") {
                let delivery = try settings.delivery()
                let mail = try TestMail(
                    to: send, settings: delivery,
                    composer: try settings.composer(for: delivery, of: settings.brands(), in: settings.languages()),
                    now: DatabaseClock().now)
                return "sent to \(send), the relay says \(try await mail.send())"
            }
        }
        report.end()
        guard report.isGood else { throw ExitCode(1) }
    }

    private func look(at connection: Connection, _ settings: Settings, _ report: inout CheckReport) async {
        await report.line("clock", hint: "let NTP set this host's clock: timedatectl set-ntp true") {
            try await DatabaseCheck.clock(connection)
        }
        await report.line(
            "notifications", hint: "database.listenURL: a direct connection to the same database, past any pooler"
        ) { try await DatabaseCheck.notifications(settings, connection) }
        await report.line("schema", hint: Self.schemaAdvice) {
            ("at version \(try await Migrator().requireCurrent(connection))", ())
        }
        guard report.isGood(at: "schema") else { return }
        await report.line("privileges", hint: Self.grants) {
            try await Privileges.check(connection)
        }
        await report.line("contract", hint: "Config/mapping.example.sql has every object") {
            try await ContractCheck.check(connection)
        }
        await report.line("duplicates", hint: "privileges and contract come first") {
            try await DatabaseCheck.duplicates(connection)
        }
    }

    private static let grants = "as the owner of the schema: resetd grants --daemon ROLE | psql"

    private static func schemaAdvice(_ error: any Error) -> String {
        (error as? PostgresError)?.state == .insufficientPrivilege
            ? grants : "as the owner of the schema: resetd migrate"
    }

    /// What to look at when the relay does not take mail.
    private static func advice(_ error: any Error) -> String {
        switch (error as? SessionFailure)?.stage {
        case .connect?, .greeting?: "is smtp.url the relay, and does a firewall let this host reach its port?"
        case .tls?: "smtp.url must name the host of its certificate, smtp.caFile (or the system) know who signed it"
        case .hello?, .starttls?: "smtp.url: is it smtps:// for TLS from the first byte? smtp.tls: how strict"
        case .authentication?: "smtp.username and smtp.password, as the relay knows them"
        case .sender?: "mail.from must be an address that the relay takes from us"
        case .recipient?, .data?, .dot?, .reset?: "the relay's own log says more"
        case nil: "smtp.url, smtp.tls, smtp.username, mail.from: Config/resetd.yaml has their meaning"
        }
    }
}
