import Accounts
import ArgumentParser
import Glibc
import PasswordReset
import Postgres

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "The administrator's work on accounts.",
        discussion: """
            Secrets are asked for without echo, or read as one line from a pipe; never from the command line, which \
            everybody on this host can see.
            """,
        subcommands: [
            Duplicates.self, Reports.self, SetPassword.self, SetPIN.self, Unlock.self, SetLogin.self,
        ])

    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-password", abstract: "Set an account's password, which its owner is to change.",
            discussion: "It also ends a lock. A reset link (resetd request) is better: nobody else learns the password."
        )

        @OptionGroup var options: SettingsOptions
        @OptionGroup var named: NamedAccount

        func run() async throws {
            try await named.act(options) { credentials, account, actor in
                let password = try SecretPrompt(what: "New password").read()
                try await credentials.setPassword(of: account, to: password, by: actor)
            }
            print("password of \(named.words) set; its owner is to change it")
        }
    }

    struct SetPIN: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "set-pin", abstract: "Set a user's PIN.")

        @OptionGroup var options: SettingsOptions

        @Argument(help: "The user's login ID, to the letter.")
        var login: String

        func run() async throws {
            try await NamedAccount.act(.user, login, options) { credentials, account, actor in
                let pin = try SecretPrompt(what: "New PIN").read()
                try await credentials.setPIN(ofUser: account.id, to: pin, by: actor)
            }
            print("PIN of user \(login) set")
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End an account's lock, and forget its failures.")

        @OptionGroup var options: SettingsOptions
        @OptionGroup var named: NamedAccount

        func run() async throws {
            try await named.act(options) { credentials, account, actor in
                try await credentials.unlock(account, by: actor)
            }
            print("\(named.words) unlocked")
        }
    }

    struct SetLogin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-login", abstract: "Give an account another login ID; its owner is told by mail.")

        @OptionGroup var options: SettingsOptions
        @OptionGroup var named: NamedAccount

        @Argument(help: "The new login ID.")
        var new: String

        func run() async throws {
            let new = new
            let login = try await named.act(options) { credentials, account, actor in
                try await credentials.setLogin(of: account, to: new, by: actor)
            }
            print("\(named.words) signs in as \(login) from now on")
        }
    }
}

/// The account that a command is about: KIND LOGIN.
struct NamedAccount: ParsableArguments {
    @Argument(help: "user or contact.")
    var kind: AccountKind

    @Argument(help: "The login ID, to the letter.")
    var login: String

    var words: String { "\(kind.rawValue) \(login)" }

    func act<Result: Sendable>(
        _ options: SettingsOptions, _ body: @Sendable (Credentials, AccountID, Actor) async throws -> Result
    ) async throws -> Result {
        try await Self.act(kind, login, options, body)
    }

    /// Finds the account, and only then asks for what is to be set.
    static func act<Result: Sendable>(
        _ kind: AccountKind, _ login: String, _ options: SettingsOptions,
        _ body: @Sendable (Credentials, AccountID, Actor) async throws -> Result
    ) async throws -> Result {
        let settings = try await options.settings()
        let credentials = try settings.credentials(
            pool: Pool(try settings.database(), capacity: 1), logger: StandardError.logger)
        let missing = CommandFailure(description: "there is no \(kind.rawValue) with the login ID \(login)")
        guard let account = try await credentials.find(kind, login: login) else { throw missing }
        do {
            return try await body(credentials, account.account, .command(user: userName))
        } catch let broken as RulesBroken {
            throw CommandFailure(
                description: "nothing was set: \(broken.violations.map(\.description).joined(separator: "; "))")
        } catch let refused as LoginRefused {
            throw CommandFailure(description: refused.description)
        } catch is NoSuchAccount {
            throw missing
        }
    }

    /// Who runs this command, for the audit.
    private static var userName: String {
        guard let entry = unsafe getpwuid(geteuid()), let name = unsafe entry.pointee.pw_name else {
            return String(geteuid())
        }
        return unsafe String(cString: name)
    }
}
