import ArgumentParser

/// The man pages, made from the commands and from the one list of settings. For the package, and so not shown.
struct ManualCommand: ParsableCommand {
    enum Page: String, CaseIterable, ExpressibleByArgument {
        case commands
        case settings
    }

    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print a man page: resetd(1) of the commands, or resetd.yaml(5) of the settings.",
        shouldDisplay: false)

    @Argument var page: Page

    func run() throws {
        switch page {
        case .commands: print(try CommandsPage(Resetd.self).text, terminator: "")
        case .settings: print(SettingsPage.text, terminator: "")
        }
    }
}
