import ArgumentParser
import PasswordReset
import Postgres

struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Queue a request, as an application would; prints its number.")

    @OptionGroup var options: SettingsOptions

    @Argument(help: "The address that somebody gave.")
    var email: String

    @Option(help: "user or contact; either, if the address is unique over both.")
    var kind: AccountKind?

    @Option(help: "Language of the mail, such as de, where the account names none.")
    var locale: String?

    func run() async throws {
        let (email, kind, locale) = (email, kind?.rawValue, locale)
        let id: Int64? = try await options.withConnection { connection in
            try await connection.execute(
                """
                INSERT INTO resetd.outbox (email, account_kind, locale, requested_by)
                VALUES (\(email), \(kind), \(locale), 'command')
                RETURNING id
                """
            ).first?.get("id")
        }
        if let id { print(id) }
    }
}

extension AccountKind: ExpressibleByArgument {}
