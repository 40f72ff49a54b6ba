import Delivery
import Dispatch
import NIOConcurrencyHelpers
import Postgres
import TestSupport
import Testing

/// What the watchdog of a service manager is fed with.
@Suite(.database, .timeLimit(.minutes(5)))
struct SignOfLifeTests {
    private static let often: Duration = .milliseconds(10)

    /// Returns when `count` more signs have come than before.
    private static func waitForSigns(_ count: Int, of worker: RunningWorker) async throws {
        let before = NIOLockedValueBox<Int?>(nil)
        try await worker.wait { events in
            let signs = signs(in: events)
            let first = before.withLockedValue { before in
                before = before ?? signs
                return before
            }
            return signs >= (first ?? signs) + count
        }
    }

    private static func signs(in events: [DeliveryEvent]) -> Int {
        events.count { if case .alive = $0 { true } else { false } }
    }

    @Test func `an idle worker lives`() async throws {
        try await withScriptedRelay { relay in
            let worker = try await RunningWorker.start(
                RunningWorker.settings(relay: relay.url), signOfLife: Self.often)
            try await Self.waitForSigns(5, of: worker)
            try await worker.stop()
        }
    }

    @Test func `a worker lives that waits for its database, also with outcomes that it cannot record`() async throws {
        let database = try TestDatabase.current
        let cluster = try await Connection.open(Database(url: try TestDatabase.url(of: "postgres")))
        func allowConnections(_ isAllowed: Bool) async throws {
            try await cluster.execute(
                Statement(stringLiteral: "ALTER DATABASE \(database.name) ALLOW_CONNECTIONS \(isAllowed)"))
        }
        try await database.addPeople(1)
        try await withScriptedRelay(RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }) { relay in
            let worker = try await RunningWorker.start(
                RunningWorker.settings(relay: relay.url), signOfLife: Self.often)
            let id = try await database.request("person1@example.org")
            try await relay.wait { !$0.mails.isEmpty || $0.commands.contains("DATA") }
            try await allowConnections(false)
            try await cluster.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(database.name)")
            relay.release()
            try await relay.waitForMails(1)
            try await worker.wait { $0.contains { if case .database(isWorking: false) = $0 { true } else { false } } }
            try await Self.waitForSigns(5, of: worker)
            try await allowConnections(true)
            try await worker.waitForRecords(1)
            #expect(try await database.outcome(id) == "sent")
            try await Self.waitForSigns(5, of: worker)
            try await worker.stop()
        }
    }

    @Test func `a step that hangs keeps the sign, whatever the others do`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        let (hangs, goOn) = (AsyncStream.makeStream(of: Void.self), DispatchSemaphore(value: 0))
        try await withScriptedRelay { relay in
            let worker = try await RunningWorker.start(
                RunningWorker.settings(relay: relay.url), signOfLife: Self.often,
                onEvent: { event in
                    // The step that records hangs where it stands, and its thread with it.
                    guard case .recorded = event else { return }
                    hangs.continuation.yield()
                    goOn.wait()
                })
            try await Self.waitForSigns(1, of: worker)
            _ = try await database.request("person1@example.org")
            for await _ in hangs.stream { break }
            let signs = Self.signs(in: worker.events)
            try await Task.sleep(for: Self.often * 30)
            #expect(Self.signs(in: worker.events) == signs)
            goOn.signal()
            try await Self.waitForSigns(5, of: worker)
            try await worker.stop()
        }
    }
}
