import ArgumentParser
import Glibc

/// The program: a daemon, and the commands around it.
@main
struct Resetd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resetd",
        abstract: "Password resets by mail: takes requests from a PostgreSQL outbox, mails links, sets new passwords.",
        discussion: """
            An application inserts an address into the table resetd.outbox. The daemon finds the one account that it \
            belongs to, mails a link that expires, and serves the page on which the link is redeemed.

            To see it all on this machine, with nothing to configure:    resetd demo
            To set it up:    resetd keys generate > keys, write /etc/resetd/resetd.yaml, resetd migrate, resetd grants, \
            resetd check

            Settings come from /etc/resetd/resetd.yaml (or --config), from variables (smtp.url is RESETD_SMTP_URL), and \
            secrets from systemd's credentials.

            Exit codes: 0 done, 1 failed, 64 wrong usage, 78 wrong configuration.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Migrate.self, GrantsCommand.self, Check.self, RequestCommand.self, OutboxCommand.self,
            AccountsCommand.self, KeysCommand.self, TemplatesCommand.self, DemoCommand.self, ManualCommand.self,
        ])

    /// Runs a command, and turns what it throws into one clear line on stderr and an exit code.
    static func main() async {
        // Pages and relays close connections in mid-write; that is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        Secrecy.begin()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let failure = Failure(error) else { exit(withError: error) }
            // <3> is an error (sd-daemon(3)).
            StandardError.print("\(StandardError.isJournal ? "<3>" : "")resetd: \(failure.line)")
            Glibc.exit(failure.code)
        }
    }
}

enum Version {
    static let text = "0.1.0"
}
