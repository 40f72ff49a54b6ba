import Delivery
import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(5)))
struct ListenTests {
    @Test func `a notification wakes the worker, long before the poll`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        try await withScriptedRelay { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.pollInterval = .seconds(3600)
            try await withWorker(settings) { _ in
                _ = try await database.request("person1@example.org")
                _ = try await relay.waitForMails(1)
            }
        }
    }

    @Test func `where notifications do not come through the poll serves, and the worker listens anew`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        try await withScriptedRelay { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.pollInterval = .milliseconds(100)
            // NOTIFY stays within a database: listening in another is a connection that is up and says nothing.
            let elsewhere = Database(url: try TestDatabase.url(of: "postgres"))
            let worker = try await RunningWorker.start(settings, notifications: elsewhere)
            _ = try await database.request("person1@example.org")
            _ = try await relay.waitForMails(1)
            try await worker.wait { $0.contains { if case .listeningAnew = $0 { true } else { false } } }
            try await worker.stop()
        }
    }

    @Test func `a listening connection that was killed is made again`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        try await withScriptedRelay { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.pollInterval = .seconds(3600)
            try await withWorker(settings) { worker in
                var killed = 0
                while killed == 0 {
                    killed = try await database.number(
                        """
                        SELECT count(pg_terminate_backend(pid)) AS number FROM pg_stat_activity
                         WHERE datname = current_database() AND query LIKE 'LISTEN resetd_ping%' AND state = 'idle'
                        """)
                }
                try await worker.wait { $0.contains { if case .listeningAnew = $0 { true } else { false } } }
                _ = try await database.request("person1@example.org")
                _ = try await relay.waitForMails(1)
            }
        }
    }
}
