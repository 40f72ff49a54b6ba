import Accounts
import ArgumentParser
import Postgres

extension AccountsCommand {
    struct Duplicates: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List every address that more than one account shares, with its accounts.",
            discussion: """
                A request for such an address is refused: give each account one of its own. A user and a contact who share \
                one are told apart where the request says which it is for.
                """)

        @OptionGroup var options: SettingsOptions
        @OptionGroup var form: OutputForm

        func run() async throws {
            try await form.print(
                """
                SELECT d.email_key AS address, a.kind, a.account_id, a.login_id, a.full_name, a.email, a.disabled
                  FROM (\(Directory.sharedAddresses)) AS d
                  JOIN resetd.account AS a ON a.email_key = d.email_key
                 ORDER BY d.email_key COLLATE "C", a.kind, a.login_id
                """, options: options)
        }
    }

    struct Reports: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List who said of a mail that it was not they, newest first.")

        @OptionGroup var options: SettingsOptions
        @OptionGroup var form: OutputForm

        @Option(help: "How many at most.")
        var limit = 50

        func run() async throws {
            let limit = max(0, limit)
            try await form.print(
                """
                SELECT e.id, date_trunc('second', e.at) AS at, e.kind, e.account_id, a.login_id,
                       e.detail ->> 'mail' AS mail, e.request_id, host(e.client_address) AS client_address
                  FROM resetd.audit AS e
                  LEFT JOIN resetd.account AS a ON a.kind = e.kind AND a.account_id = e.account_id
                 WHERE e.action = \(AuditAction.reported.rawValue)
                 ORDER BY e.id DESC
                 LIMIT \(limit)::bigint
                """, options: options)
        }
    }
}
