internal import Glibc
internal import Hummingbird
internal import Logging
internal import NIOConcurrencyHelpers
internal import ServiceLifecycle
internal import UnixSignals

/// `resetd demo`: a private cluster, a mailbox, sample people and the real daemon, with nothing to configure.
///
/// Whatever was started is stopped, and the folder removed, on every way out: the end of the walk, an error, SIGINT,
/// SIGTERM, SIGHUP; after SIGKILL the ``Keeper`` does it.
package struct Demonstration: Sendable {
    private let once: Bool
    private let executable: String?
    private let say: @Sendable (String) -> Void

    /// Describes a demonstration.
    ///
    /// - Parameters:
    ///   - once: walk the whole way without anybody's help, and end.
    ///   - executable: the path of `resetd`; this very program when nil.
    ///   - say: takes each line for the person at the terminal.
    package init(once: Bool, executable: String? = nil, say: @escaping @Sendable (String) -> Void = Terminal.say) {
        self.once = once
        self.executable = executable
        self.say = say
    }

    /// Runs until the walk is over, or until a signal asks to end.
    ///
    /// It handles SIGINT, SIGTERM and SIGHUP itself, from the first line to the last.
    ///
    /// - Returns: whether all was well; a demonstration that was ended by a signal was, a walk was not.
    /// - Throws: ``DemoFailure`` when it cannot be set up; what the walk met was said, and is `false`.
    package func run() async throws -> Bool {
        let outcome = NIOLockedValueBox(Result<Bool, any Error>.success(false))
        var logger = Logger(label: "demo")
        logger.logLevel = .critical
        let service = Stage { [self] in
            do {
                let isWell = try await cancelWhenGracefulShutdown { try await perform() }
                outcome.withLockedValue { $0 = .success(isWell) }
            } catch is CancellationError {
                outcome.withLockedValue { $0 = .success(!once) }
                say(once ? "The walk was interrupted." : "\nThe demonstration is over; nothing is left behind.")
            } catch {
                outcome.withLockedValue { $0 = .failure(error) }
            }
        }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm, .sighup], logger: logger)
        ).run()
        return try outcome.withLockedValue { $0 }.get()
    }

    private func perform() async throws -> Bool {
        let program = try executable ?? Self.thisProgram()
        let folder = try TemporaryFolder.make()
        let keeper = Keeper(folder: folder)
        return try await afterwards {
            await folder.remove()
            await keeper.stop()
        } perform: {
            try await perform(program, in: folder)
        }
    }

    private func perform(_ program: String, in folder: TemporaryFolder) async throws -> Bool {
        if !once { say("Starting a PostgreSQL cluster, a mailbox and the daemon …\n") }
        var clock = StepClock(say)
        let cluster = try await PrivateCluster.start(in: folder)
        return try await afterwards {
            await cluster.stop()
        } perform: {
            if once { clock.done("database", "a private PostgreSQL cluster in \(folder.path)") }
            let mailbox = Mailbox()
            let server = try await MailboxServer.start(mailbox)
            return try await afterwards {
                await server.stop()
            } perform: {
                let ports = try await FreePort.find(2)
                let daemon = try await DemoDaemon(
                    executable: program, folder: folder, databaseURL: cluster.url(as: PrivateCluster.role),
                    smtpPort: server.port, webPort: ports[0], operationsPort: ports[1])
                try await daemon.migrate(as: cluster.url(as: PrivateCluster.owner))
                try await cluster.run(try await daemon.grants(to: PrivateCluster.role))
                try await cluster.run(SamplePeople.sql)
                if once { clock.done("people", "the schemas, and sample people in the bundled directory") }
                let child = try await daemon.start()
                return try await afterwards {
                    await child.stop()
                } perform: {
                    if once {
                        clock.done("daemon", "resetd serve is ready on \(daemon.base)")
                        let walk = GuidedWalk(
                            cluster: cluster, mailbox: mailbox, daemon: daemon, process: child, clock: clock, say: say)
                        return try await walk.run()
                    }
                    try await show(cluster: cluster, mailbox: mailbox, daemon: daemon, process: child)
                    return true
                }
            }
        }
    }

    /// Shows the mailbox until we are told to end, or a part ends by itself.
    private func show(cluster: PrivateCluster, mailbox: Mailbox, daemon: DemoDaemon, process: Child) async throws {
        let (ports, bound) = AsyncStream<Int>.makeStream()
        let page = MailboxPage(mailbox: mailbox, linkBase: daemon.base).application { bound.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await page.run() }
            guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
            Guide(cluster: cluster, daemon: daemon, mailboxPort: port).lines.forEach(say)
            group.addTask {
                while process.isRunning, cluster.isRunning { try await Task.sleep(for: .milliseconds(200)) }
                let lines = process.isRunning ? cluster.lastLines(20) : process.lastLines(20)
                throw DemoFailure(
                    "\(process.isRunning ? "The cluster" : "The daemon") ended:\n  \(lines.joined(separator: "\n  "))")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// Does something, then cleans up whatever came of it; both also in a cancelled task.
    private func afterwards<Value: Sendable>(
        _ cleanUp: () async -> Void, perform: () async throws -> Value
    ) async throws -> Value {
        let result: Result<Value, any Error>
        do {
            result = .success(try await perform())
        } catch {
            result = .failure(error)
        }
        await cleanUp()
        return try result.get()
    }

    /// The path of the running program; the link is read here, for in a shell it would name the shell.
    private static func thisProgram() throws(DemoFailure) -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &path, path.count)
        guard count > 0, count < path.count else { throw DemoFailure("The path of this program cannot be read.") }
        return String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// The one service of the group: a closure.
private struct Stage: Service {
    let body: @Sendable () async -> Void

    func run() async {
        await body()
    }
}
