import ArgumentParser
import Schema

struct GrantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants", abstract: "Print the SQL that gives roles what they need in the schema, and no more.",
        discussion: """
            For the owner of the schema, after 'resetd migrate', and again after an upgrade:
            resetd grants --daemon resetd --application portal | psql site
            """)

    @Option(help: ArgumentHelp("A role that the daemon signs in as, or an operator's commands.", valueName: "role"))
    var daemon: [RoleName] = []

    @Option(help: ArgumentHelp("A role that asks for links, and reads what became of them.", valueName: "role"))
    var application: [RoleName] = []

    func validate() throws {
        guard !daemon.isEmpty || !application.isEmpty else {
            throw ValidationError("Name a role: --daemon ROLE, --application ROLE, or both.")
        }
    }

    func run() {
        for statement in daemon.flatMap(Grants.daemon) + application.flatMap(Grants.application) { print(statement) }
    }
}

extension RoleName: ExpressibleByArgument {
    /// Reads it from the command line, as it stands.
    public init?(argument: String) {
        self.init(argument)
    }
}
