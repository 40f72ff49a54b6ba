import ArgumentParser

/// resetd(1).
struct CommandsPage {
    private(set) var text: String

    init(_ root: any ParsableCommand.Type) throws {
        let root = try CommandDescription.of(root)
        var page = Roff(root.commandName, section: 1, "the service behind \"Forgot password\"")
        page.heading("Synopsis")
        for command in root.shownSubcommands {
            page.line("\(Roff.bold("\(root.commandName) \(command.commandName)")) ...")
            page.line(".br")
        }
        page.heading("Description")
        page.paragraphs(root.abstract ?? "")
        page.paragraphs(root.discussion ?? "")
        page.heading("Commands")
        for command in root.shownSubcommands { Self.add(command, after: root.commandName, to: &page) }
        page.heading("Files")
        page.entry(Roff.bold(SettingsFile.defaultPath), "The settings.")
        page.entry(
            Roff.bold("/etc/credstore/resetd.link-keys") + ", " + Roff.bold("resetd.database-url") + ", "
                + Roff.bold("resetd.smtp-password"),
            "Secrets, which root alone can read and the unit hands to the daemon as credentials.")
        page.entry(
            Roff.bold("/var/lib/resetd"), "What outlives the daemon: its number, and mails not yet in the database.")
        page.heading("See also")
        page.line("\(Roff.bold("resetd.yaml"))(5), \(Roff.bold("systemctl"))(1), \(Roff.bold("systemd.exec"))(5)")
        text = page.text
    }

    private static func add(_ command: CommandDescription, after parent: String, to page: inout Roff) {
        let name = "\(parent) \(command.commandName)"
        guard command.shownSubcommands.isEmpty else {
            for subcommand in command.shownSubcommands { add(subcommand, after: name, to: &page) }
            return
        }
        page.subheading(name)
        let usage = command.ownArguments.map(\.usage).joined(separator: " ")
        page.line("\(Roff.bold(name)) \(usage)")
        page.paragraphs(command.abstract ?? "")
        page.paragraphs(command.discussion ?? "")
        for argument in command.ownArguments {
            let fallback = argument.defaultValue.map { "Default: \($0)." } ?? ""
            page.entry(argument.term, argument.abstract ?? "", fallback)
        }
    }
}
