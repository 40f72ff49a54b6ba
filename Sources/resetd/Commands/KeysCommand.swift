import ArgumentParser
import PasswordReset

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make and change the ring of keys that sign links.",
        subcommands: [Generate.self, Rotate.self, Promote.self, Prune.self])

    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a new key ring.",
            discussion:
                "Keep it in a file of mode 0600 that link.keysFile names: (umask 077; resetd keys generate > keys)")

        func run() throws {
            print(LinkKeys.generate().text, terminator: "")
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a new first key into the ring's file; old keys stay and go on verifying.",
            discussion: """
                Daemons take it over at SIGHUP. Where there are several, all must know a key before one signs with it: \
                'rotate --behind' and hand the file to each, then 'promote', then 'prune'.
                """)

        @OptionGroup var options: SettingsOptions

        @Flag(help: "Put the new key last: it verifies, and the present one goes on signing.")
        var behind = false

        func run() async throws {
            let keys = try await change(options) { [behind] keys throws(LinkKeysError) in
                try keys.rotated(behind: behind)
            }
            print(
                behind
                    ? "key \(keys.ids.last ?? 0) verifies, key \(keys.current.id) signs"
                    : "key \(keys.current.id) signs now")
        }
    }

    struct Promote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a key of the ring's file first, so that it signs; the others go on verifying.")

        @OptionGroup var options: SettingsOptions

        @Argument(help: "The number before the colon.")
        var id: UInt16

        func run() async throws {
            let keys = try await change(options) { [id] keys throws(LinkKeysError) in try keys.promoted(id) }
            print("key \(keys.current.id) signs now")
        }
    }

    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an old key out of the ring's file; links that it signed are dead.")

        @OptionGroup var options: SettingsOptions

        @Argument(help: "The number before the colon.")
        var id: UInt16

        func run() async throws {
            let keys = try await change(options) { [id] keys throws(LinkKeysError) in try keys.pruned(of: id) }
            print("keys left: \(keys.ids.map(String.init).joined(separator: ", "))")
        }
    }

    private static func change(
        _ options: SettingsOptions, _ change: (LinkKeys) throws(LinkKeysError) -> LinkKeys
    ) async throws -> LinkKeys {
        let settings = try await options.settings()
        let file = KeyRingFile(path: try settings.required(.linkKeysFile))
        let keys = try change(try file.read(credentials: settings.variable("CREDENTIALS_DIRECTORY")))
        try file.write(keys)
        return keys
    }
}
