internal import Subprocess

/// The real daemon: this very executable with `serve`, and the settings and keys that it needs.
struct DemoDaemon: Sendable {
    /// Where its pages are.
    let webPort: Int
    /// Where health and metrics are.
    let operationsPort: Int
    /// The settings, for whoever wants to run another command beside it.
    let configuration: String
    private let executable: String
    private let folder: TemporaryFolder

    /// Writes keys and settings into the folder, each with mode 0600.
    ///
    /// - Parameters:
    ///   - executable: the path of `resetd`.
    ///   - smtpPort: the mailbox's.
    init(
        executable: String, folder: TemporaryFolder, databaseURL: String, smtpPort: Int, webPort: Int,
        operationsPort: Int
    ) async throws {
        self.executable = executable
        self.folder = folder
        self.webPort = webPort
        self.operationsPort = operationsPort
        configuration = "\(folder.path)/resetd.yaml"
        let keys = try await Program(path: executable, arguments: ["keys", "generate"], folder: folder.path).output()
        try folder.write(keys + "\n", to: "keys")
        let state = try folder.makeFolder("state")
        // Nobody has to wait a minute before asking again, as they would elsewhere.
        let settings = """
            database:
              url: "\(databaseURL)"
            smtp:
              url: "smtp://127.0.0.1:\(smtpPort)"
              tls: "off"
            mail:
              from: "Example Support <support@example.org>"
            link:
              base: "http://127.0.0.1:\(webPort)"
              keysFile: "\(folder.path)/keys"
            web:
              listen: "127.0.0.1:\(webPort)"
            ops:
              listen: "127.0.0.1:\(operationsPort)"
            state:
              directory: "\(state)"
            limits:
              perAccountInterval: "0s"
              perAccountHourly: 0

            """
        try folder.write(settings, to: "resetd.yaml")
    }

    /// Where its pages begin: `link.base`.
    var base: String {
        "http://127.0.0.1:\(webPort)"
    }

    /// Creates the schemas, in the name of their owner.
    func migrate(as ownerURL: String) async throws {
        try folder.write("database: { url: \"\(ownerURL)\" }\n", to: "owner.yaml")
        try await Program(
            path: executable, arguments: ["migrate", "--config", "\(folder.path)/owner.yaml"], folder: folder.path
        ).output()
    }

    /// The SQL that gives the daemon's role what it needs.
    func grants(to role: String) async throws -> String {
        try await Program(path: executable, arguments: ["grants", "--daemon", role], folder: folder.path).output()
    }

    /// Starts it, and waits until it is ready.
    ///
    /// The daemon is stopped before this throws.
    ///
    /// - Throws: ``DemoFailure`` with the daemon's last lines, `CancellationError`.
    func start() async throws -> Child {
        let serve = Program(
            path: executable, arguments: ["serve", "--config", configuration], folder: folder.path,
            settings: TriedSettings.given)
        let child = Child(serve, stopBy: .terminate, patience: .seconds(10))
        let health = HTTPExchange(port: operationsPort)
        let deadline = ContinuousClock.now + .seconds(20)
        do {
            while true {
                if (try? await health.get("/health/ready"))?.status == 200 { return child }
                guard child.isRunning, ContinuousClock.now < deadline else {
                    let lines = child.lastLines(20).joined(separator: "\n  ")
                    throw DemoFailure("The daemon does not become ready; its last lines:\n  \(lines)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        } catch {
            await child.stop()
            throw error
        }
    }
}
