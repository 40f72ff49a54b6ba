import Delivery
import Foundation
import Logging
import NIOConcurrencyHelpers
import PasswordReset
import Presentation
import Postgres
import SMTP
import ServiceLifecycle
import TestSupport

/// A worker that runs against the test's own database and a scripted relay, and what it told.
final class RunningWorker: Sendable {
    let database: TestDatabase
    let keys: LinkKeys
    private let group: ServiceGroup
    private let task: Task<Void, any Error>
    private let told: Told

    private init(database: TestDatabase, keys: LinkKeys, group: ServiceGroup, told: Told) {
        self.database = database
        self.keys = keys
        self.group = group
        self.told = told
        task = Task { try await group.run() }
    }

    static let keys = LinkKeys.generate()

    static func settings(
        relay url: String, keys: LinkKeys = RunningWorker.keys, security: TransportSecurity = .off,
        caFile: String? = nil,
        dotTimeout: Duration = .seconds(30)
    ) throws -> DeliverySettings {
        var settings = DeliverySettings(
            relay: Relay(
                url: try RelayURL(url), username: nil, password: nil, security: security, caFile: caFile, heloName: nil,
                timeout: .seconds(10), dotTimeout: dotTimeout),
            sender: try Sender("Example Support <support@example.org>"),
            keys: keys, linkBase: try LinkBase("https://accounts.example.org"))
        settings.perAccountInterval = .zero
        settings.perAccountHourly = 0
        return settings
    }

    /// - Parameters:
    ///   - notifications: where to LISTEN; nil for the test's own database.
    ///   - onEvent: called before an event counts as told.
    static func start(
        _ settings: DeliverySettings, state: StateDirectory? = nil, notifications: Database? = nil,
        signOfLife: Duration? = nil, onEvent: @escaping @Sendable (DeliveryEvent) -> Void = { _ in }
    ) async throws -> RunningWorker {
        let database = try TestDatabase.current
        let told = Told()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = DeliveryService(
            control: DeliveryControl(
                settings: settings,
                composer: Composer(
                    sender: settings.sender, templates: try MailTemplates(), brands: Brands(),
                    languages: try Languages(), linkBase: settings.linkBase)),
            notifications: notifications ?? database.daemon, pool: database.pool(), clock: DatabaseClock(),
            state: state, signOfLife: signOfLife, logger: logger,
            notify: {
                onEvent($0)
                told.add($0)
            })
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: service)], gracefulShutdownSignals: [], logger: logger))
        return RunningWorker(database: database, keys: settings.keys, group: group, told: told)
    }

    /// Returns when events of which `condition` is true have been told.
    func wait(until condition: @escaping @Sendable ([DeliveryEvent]) -> Bool) async throws {
        try await told.wait(until: condition)
    }

    /// What it has told so far.
    var events: [DeliveryEvent] { told.events }

    /// Returns when so many outcomes are in the database.
    func waitForRecords(_ count: Int) async throws {
        try await wait { events in
            events.reduce(0) { if case .recorded(let counts) = $1 { $0 + counts.values.reduce(0, +) } else { $0 } }
                >= count
        }
    }

    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }
}

/// What a worker told, and those who wait for it.
private final class Told: Sendable {
    private struct State {
        var events: [DeliveryEvent] = []
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = NIOLockedValueBox(State())

    var events: [DeliveryEvent] { state.withLockedValue { $0.events } }

    func add(_ event: DeliveryEvent) {
        let waiting = state.withLockedValue { state in
            state.events.append(event)
            return state.waiting
        }
        for continuation in waiting { continuation.yield() }
    }

    func wait(until condition: @escaping @Sendable ([DeliveryEvent]) -> Bool) async throws {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLockedValue { $0.waiting.append(continuation) }
        continuation.yield()
        for await _ in news where state.withLockedValue({ condition($0.events) }) { return }
        throw CancellationError()
    }
}

func withWorker<Result>(
    _ settings: DeliverySettings, _ body: (RunningWorker) async throws -> Result
) async throws -> Result {
    let worker = try await RunningWorker.start(settings)
    do {
        let result = try await body(worker)
        try await worker.stop()
        return result
    } catch {
        try? await worker.stop()
        throw error
    }
}

extension TestDatabase {
    /// `count` users with a login, a name and an address each: `person1@example.org` and so on.
    func addPeople(_ count: Int) async throws {
        try await execute(
            """
            INSERT INTO directory.users (login_id, full_name, email)
            SELECT 'person' || n, 'Person ' || n, 'person' || n || '@example.org'
              FROM generate_series(1, \(count)::integer) AS n
            """)
    }

    /// A request for each of them, as an application asks: in one statement.
    func requestAll(_ count: Int) async throws {
        try await execute(
            """
            INSERT INTO resetd.outbox (email, account_kind)
            SELECT 'person' || n || '@example.org', 'user' FROM generate_series(1, \(count)::integer) AS n
            """)
    }

    func request(_ email: String, kind: String? = "user") async throws -> Int64 {
        let rows = try await execute(
            "INSERT INTO resetd.outbox (email, account_kind) VALUES (\(email), \(kind)) RETURNING id")
        guard let row = rows.first else { throw MissingRow() }
        return try row.get("id")
    }

    /// State and reason of a request, such as `rejected/unknown_email`.
    func outcome(_ id: Int64) async throws -> String {
        let rows = try await execute(
            "SELECT concat_ws('/', state, reason) AS outcome FROM resetd.outbox WHERE id = \(id)")
        guard let row = rows.first else { throw MissingRow() }
        return try row.get("outcome")
    }

    func number(_ statement: Statement) async throws -> Int {
        guard let row = try await execute(statement).first else { throw MissingRow() }
        return try row.get("number")
    }

    struct MissingRow: Error {}
}
