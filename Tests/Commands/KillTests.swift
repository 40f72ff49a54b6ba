import Foundation
import Postgres
import TestSupport
import Testing

/// A daemon that dies: what it knew is not lost, and what it sent is not sent again.
@Suite(.database, .timeLimit(.minutes(2)))
struct KillTests {
    @Test func `a daemon killed five times in a run loses nothing, and repeats at most a mail per connection and kill`()
        async throws
    {
        let database = try TestDatabase.current
        let (count, connections, kills) = (600, 4, 5)
        try await database.execute(
            """
            INSERT INTO directory.users (login_id, full_name, email)
            SELECT 'p' || n, 'Person', 'p' || n || '@example.org' FROM generate_series(1, \(count)::integer) AS n
            """)
        let state = try TemporaryFolder()
        let more = """
            smtp: { url: "%", tls: "off", connections: \(connections) }
            state: { directory: "\(state.url.path)" }
            worker: { lease: 60s, batch: 64 }
            """
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(5), .usual) : .usual }
        try await withScriptedRelay(script) { relay in
            var daemon = try RunningDaemon(
                relay: relay.url, database: database.database.url, more: more.replacing("%", with: relay.url))
            try await daemon.waitUntil(200)
            try await database.execute(
                """
                INSERT INTO resetd.outbox (email)
                SELECT 'p' || n || '@example.org' FROM generate_series(1, \(count)::integer) AS n
                """)
            for kill in 1...kills {
                _ = try await relay.waitForMails(kill * count / (kills + 1))
                await daemon.kill()
                daemon = try RunningDaemon(
                    relay: relay.url, database: database.database.url, more: more.replacing("%", with: relay.url))
            }
            try await relay.wait { Set($0.mails.flatMap(\.recipients)).count == count }
            #expect(await daemon.stop() == 0)
            let left = try await database.execute("SELECT count(*) AS left FROM resetd.outbox WHERE state <> 'sent'")
            #expect(try left.first?.get("left") == 0)
            #expect(relay.mails.count - count <= kills * connections)
        }
    }

    @Test func `a daemon that was stopped for longer than its lease sends nothing that it lost`() async throws {
        let database = try TestDatabase.current
        let (count, connections) = (200, 4)
        try await database.execute(
            """
            INSERT INTO directory.users (login_id, full_name, email)
            SELECT 'p' || n, 'Person', 'p' || n || '@example.org' FROM generate_series(1, \(count)::integer) AS n
            """)
        let script = RelayScript { $0.stage == .dot ? .after(.milliseconds(20), .usual) : .usual }
        try await withScriptedRelay(script) { relay in
            let more = """
                smtp: { url: "\(relay.url)", tls: "off", connections: \(connections) }
                worker: { lease: 2s, pollInterval: 200ms }
                """
            let zombie = try RunningDaemon(relay: relay.url, database: database.database.url, more: more)
            try await zombie.waitUntil(200)
            try await database.execute(
                """
                INSERT INTO resetd.outbox (email)
                SELECT 'p' || n || '@example.org' FROM generate_series(1, \(count)::integer) AS n
                """)
            _ = try await relay.waitForMails(20)
            zombie.send(SIGSTOP)
            let other = try RunningDaemon(relay: relay.url, database: database.database.url, more: more)
            try await other.waitUntil(200)
            try await relay.wait { Set($0.mails.flatMap(\.recipients)).count == count }
            zombie.send(SIGCONT)
            try await zombie.waitForLog("the heartbeat was late")
            #expect(await zombie.stop() == 0)
            #expect(await other.stop() == 0)
            #expect(relay.mails.count - count <= 2 * connections)
            let left = try await database.execute("SELECT count(*) AS left FROM resetd.outbox WHERE state <> 'sent'")
            #expect(try left.first?.get("left") == 0)
        }
    }
}
