import ArgumentParser
import Delivery
import Postgres

extension OutboxCommand {
    struct PurgeOld: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "purge",
            abstract: "Delete settled requests that are older than retention.days.")

        @OptionGroup var options: SettingsOptions

        @Option(help: "Keep this many days instead, 8 at least.")
        var days: Int?

        func run() async throws {
            let settings = try await options.settings()
            let days = try days ?? settings.retentionDays()
            guard (8...36_500).contains(days) else {
                throw ValidationError("--days must be 8 to 36500: links and limits look back a week.")
            }
            let total = try await Purge(days: days)(on: Pool(try settings.database(), capacity: 1))
            print("\(total) purged")
        }
    }
}
