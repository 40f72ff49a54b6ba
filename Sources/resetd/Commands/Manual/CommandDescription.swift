import ArgumentParser
import Foundation

/// A command as ArgumentParser describes it, of which a man page needs this much.
struct CommandDescription: Decodable {
    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional
            case option
            case flag
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: Kind
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
    }

    private struct Tool: Decodable {
        let command: CommandDescription
    }

    let commandName: String
    let shouldDisplay: Bool
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandDescription]?

    static func of(_ command: any ParsableCommand.Type) throws -> CommandDescription {
        try JSONDecoder().decode(Tool.self, from: Data(command._dumpHelp().utf8)).command
    }

    /// Those that people are shown; `help` is ArgumentParser's own.
    var shownSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    /// Without `--help` and `--version`, which every command has.
    var ownArguments: [Argument] {
        (arguments ?? []).filter { argument in
            argument.shouldDisplay && argument.names?.contains { ["help", "version"].contains($0.name) } != true
        }
    }
}

extension CommandDescription.Argument {
    /// In roff: `--kind KIND`, or `EMAIL`.
    var term: String {
        let value = Roff.italic((valueName ?? "value").uppercased())
        let names = (names ?? []).map { Roff.bold(($0.kind == "short" ? "-" : "--") + $0.name) }.joined(separator: ", ")
        return switch kind {
        case .positional: value
        case .option: "\(names) \(value)"
        case .flag: names
        }
    }

    /// The same in a synopsis.
    var usage: String {
        let repeated = isRepeating ? "\(term) ..." : term
        return isOptional || kind == .flag ? "[\(repeated)]" : repeated
    }
}
