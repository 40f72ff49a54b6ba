import ArgumentParser
import CoreMetrics
import Foundation
import Glibc
import Logging
import Operations
import SMTP
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The daemon: worker, pages and operations listener.",
        discussion: """
            It waits for a database that is away, and for 'resetd migrate' where the schema is older than it; it refuses \
            one without a schema, or with a newer one. \
            SIGTERM stops claiming, finishes what is on the wire (up to 30 s), gives the rest back and exits 0; a second \
            one waits no longer. SIGHUP reads keys, limits, templates and log level anew.
            """)

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Mail nothing; another daemon does.")
    var noWorker = false

    @Flag(help: "Serve no pages, as with web.listen: off.")
    var noWeb = false

    @Flag(help: "Serve no health and metrics, as with ops.listen: off.")
    var noOps = false

    func run() async throws {
        let settings = try await options.settings()
        try settings.requireReadableRest()
        let format = try settings.choice(.logFormat, as: LogFormat.self)
        let addresses = try settings.choice(.logAddresses, as: LogAddresses.self)
        LogThreshold.shared.level = try settings.choice(.logLevel, as: Logger.Level.self)
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, format: format, addresses: addresses) }
        let logger = Logger(label: "resetd")
        let libcurl = Libcurl()
        if let complaint = libcurl.complaint { throw CommandFailure(description: complaint) }
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)

        let daemon = try Daemon(
            settings: settings, file: options.config, parts: .init(worker: !noWorker, web: !noWeb, operations: !noOps),
            metrics: metrics,
            logger: logger)
        logger.info("starting", metadata: ["version": "\(Version.text)", "libcurl": "\(libcurl.words)"])
        warn(settings, logger)
        raiseOpenFileLimit(logger)
        try await daemon.run()
    }

    /// Every connection is an open file, and the soft limit of most systems is 1024: up to the hard one it is ours.
    private func raiseOpenFileLimit(_ logger: Logger) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        // The unit has set both alike, and lets nobody change them.
        guard limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            logger.warning("the limit of open files cannot be raised", metadata: ["limit": "\(limit.rlim_max)"])
        }
    }

    /// What is not wrong enough to refuse.
    private func warn(_ settings: Settings, _ logger: Logger) {
        if geteuid() == 0 { logger.warning("running as root; expected a user of its own, as the systemd unit has it") }
        for key in settings.secretsInEnvironment {
            logger.warning(
                "a secret came by the environment, which every child process sees; better in the credentials folder",
                metadata: ["setting": "\(key.name)"])
        }
        for variable in settings.unknownVariables {
            logger.warning("there is no such setting; ignored", metadata: ["variable": "\(variable)"])
        }
    }
}
