import ArgumentParser
import Postgres
import Schema

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create or upgrade the schemas. Safe to run twice, and from two hosts at once.")

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Change nothing; say which steps are applied and which are to come.")
    var status = false

    func run() async throws {
        let settings = try await options.settings()
        let database = try settings.database()
        guard !database.isPooled else {
            throw SettingError(
                .databasePooled, "is true; expected false here, since migrations need a connection of their own")
        }
        let connection = try await Connection.open(database)
        let migrator = Migrator()
        guard status else {
            let steps = try await migrate(migrator, connection)
            for step in steps { print("applied \(step.version) \(step.name)") }
            if steps.isEmpty { print("nothing to do: the schema is at version \(Migration.all.last?.version ?? 0)") }
            return
        }
        try await show(try await migrator.standing(connection))
    }

    private func migrate(_ migrator: Migrator, _ connection: Connection) async throws -> [Migration] {
        do {
            return try await migrator.migrate(connection)
        } catch let error as PostgresError where error.state == .insufficientPrivilege {
            throw CommandFailure(
                description:
                    "\(error.message); expected a role that may create schemas (GRANT CREATE ON DATABASE … TO …)")
        }
    }

    private func show(_ standing: Migrator.Standing) async throws {
        for step in Migration.all {
            let state =
                standing.altered.contains(step.version)
                ? "altered" : standing.applied.contains(step.version) ? "applied" : "pending"
            print("\(step.version) \(step.name): \(state)")
        }
        for version in standing.unknown { print("\(version): applied by a newer resetd") }
    }
}
