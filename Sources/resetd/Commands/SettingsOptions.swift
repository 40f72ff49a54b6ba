import ArgumentParser
import Postgres

/// What every command that reads settings takes.
struct SettingsOptions: ParsableArguments {
    @Option(name: .long, help: "The file of settings (default: /etc/resetd/resetd.yaml, if there is one).")
    var config: String?

    func settings() async throws -> Settings {
        try await Settings(file: config)
    }

    /// Runs `body` with a connection to the database of the settings.
    func withConnection<Result: Sendable>(_ body: @Sendable (Connection) async throws -> Result) async throws -> Result
    {
        let database = try await settings().database()
        return try await body(try await Connection.open(database))
    }
}
