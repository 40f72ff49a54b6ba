import ArgumentParser
import Demo

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Everything on this machine, with nothing to configure: database, mailbox, sample people, the daemon.",
        discussion: "Nothing is left behind: Ctrl-C ends and removes it all.")

    @Flag(help: "Walk the whole way by itself, print each step with its time, and end.")
    var once = false

    func run() async throws {
        guard try await Demonstration(once: once).run() else { throw ExitCode(1) }
    }
}
