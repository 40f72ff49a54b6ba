import ArgumentParser
import Postgres

extension OutboxCommand {
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete settled requests that are older than retention.days.")

        @OptionGroup var options: SettingsOptions

        @Option(help: "Keep this many days instead, 8 at least.")
        var days: Int?

        /// Small batches: no lock is held for long, and nobody else waits for the end of it.
        private static let batch = 1000

        func run() async throws {
            let settings = try await options.settings()
            let days = try days ?? settings.retentionDays()
            guard days >= 8 else {
                throw ValidationError("--days must be 8 or more: links and limits look back a week.")
            }
            let connection = try await Connection.open(try settings.database())
            var total = 0
            while true {
                let rows = try await connection.execute(
                    """
                    DELETE FROM resetd.outbox
                     WHERE id IN (SELECT id
                                    FROM resetd.outbox
                                   WHERE state IN ('sent', 'rejected', 'failed', 'cancelled')
                                     AND requested_at < now() - make_interval(days => \(days)::integer)
                                   ORDER BY id
                                   LIMIT \(Self.batch)::bigint
                                     FOR UPDATE SKIP LOCKED)
                    RETURNING id
                    """)
                total += rows.count
                if rows.count < Self.batch { break }
            }
            print("\(total) purged")
        }
    }
}
