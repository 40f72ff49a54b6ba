import Foundation
import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Delivery

/// What the worker tells of what it did: the metrics and the log are made of nothing else.
@Suite(.database, .timeLimit(.minutes(5)))
struct TellTests {
    /// What is told of requests at their end.
    private static func ends(_ events: [DeliveryEvent]) -> [SettledRequest] {
        events.flatMap { if case .settled(let requests) = $0 { requests } else { [SettledRequest]() } }
    }

    private func waitForEnds(_ worker: RunningWorker, _ count: Int) async throws -> [SettledRequest] {
        try await worker.wait { Self.ends($0).count >= count }
        return Self.ends(worker.events)
    }

    @Test func `a mail's time runs from its request to the relay's answer, and ends are told once each`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(30)
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(300), .usual) : .usual }
        try await withScriptedRelay(script) { relay in
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                try await database.requestAll(30)
                let ends = try await waitForEnds(worker, 30)
                #expect(ends.count == 30)
                #expect(Set(ends.map(\.id)).count == 30)
                #expect(ends.allSatisfy { $0.state == "sent" && $0.reason == nil && $0.code == "250" })
                #expect(ends.allSatisfy { $0.duration >= .milliseconds(299) && $0.kind == "user" })
                #expect(ends.allSatisfy { $0.address.hasSuffix("@example.org") })
            }
            #expect(relay.mails.count == 30)
        }
    }

    @Test func `a mail that is given up is told at its end, and its tries by whose doing they were`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        try await withScriptedRelay(RelayScript { $0.stage == .rcpt ? .reply("450 4.2.1 busy") : .usual }) { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.giveUpAfter = .seconds(1)
            settings.pollInterval = .milliseconds(100)
            settings.backoff = .init(base: .milliseconds(200), cap: .milliseconds(400))
            try await withWorker(settings) { worker in
                try await database.requestAll(1)
                let end = try #require(try await waitForEnds(worker, 1).first)
                #expect(end.state == "failed")
                #expect(end.reason == "gave_up")
                #expect(end.code == "450")
                let recorded = worker.events.flatMap { event in
                    if case .recorded(let counts) = event { Array(counts.keys) } else { [DeliveryEvent.Recorded]() }
                }
                #expect(recorded.count > 1)
                #expect(
                    recorded.allSatisfy {
                        $0 == DeliveryEvent.Recorded(state: "queued", blame: "recipient", isRetry: true)
                    })
            }
        }
    }

    @Test func `connections to the relay are told as they come and go`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        try await withScriptedRelay { relay in
            let worker = try await RunningWorker.start(RunningWorker.settings(relay: relay.url))
            try await database.requestAll(1)
            _ = try await waitForEnds(worker, 1)
            try await worker.stop()
            try await worker.wait { events in
                let counts = events.compactMap { if case .sessions(let count) = $0 { count } else { nil } }
                return counts == [1, 0]
            }
        }
    }

    @Test func `the depth of the queue is what waits, its age, and how long nobody has claimed what is due`()
        async throws
    {
        let database = try TestDatabase.current
        let empty = try await QueueDepth.look(on: database.pool())
        #expect(empty.queued.requests == 0 && empty.sending.requests == 0)
        #expect(empty.queued.oldest == 0 && empty.sending.oldest == 0 && empty.overdue == 0)
        try await database.executeScript(
            """
            INSERT INTO resetd.outbox (email, state, requested_at, due_at) VALUES
                ('a@example.org', 'queued', now() - interval '50 minutes', now() - interval '2 minutes'),
                ('b@example.org', 'queued', now() - interval '90 minutes', now() + interval '10 minutes'),
                ('c@example.org', 'queued', 'infinity', '-infinity'), ('d@example.org', 'queued', '-infinity', 'infinity'),
                ('e@example.org', 'sending', now() - interval '10 seconds', now()),
                ('f@example.org', 'sent', now() - interval '9 days', now() - interval '9 days');
            """)
        let depth = try await QueueDepth.look(on: database.pool())
        #expect(depth.queued.requests == 4)
        #expect(depth.sending.requests == 1)
        #expect((5400...5430).contains(depth.queued.oldest))
        #expect((120...150).contains(depth.overdue))
        #expect((10...40).contains(depth.sending.oldest))
    }

    @Test func `a look at a queue of any length reads so much of it and no more`() async throws {
        let database = try TestDatabase.current
        try await database.execute(
            "INSERT INTO resetd.outbox (email) SELECT n || '@example.org' FROM generate_series(1, 15000) AS n")
        #expect(try await QueueDepth.look(on: database.pool()).queued.requests == QueueDepth.most)
    }
}
