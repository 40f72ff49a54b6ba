import Postgres
import TestSupport
import Testing

/// A notification that does not come makes these wait until the time limit, which counts the wait for a database as well.
@Suite(.emptyDatabase, .timeLimit(.minutes(10)))
struct NotificationsTests {
    @Test func `a notification wakes who listens, each time, and only for the channel`() async throws {
        let listener = try await Connection.open(TestDatabase.current.database)
        let stream = try await listener.notifications(on: ["resetd_outbox"])
        var wakes = stream.makeAsyncIterator()
        for _ in 0..<3 {
            try await TestDatabase.current.execute("NOTIFY something_else")
            try await TestDatabase.current.execute("NOTIFY resetd_outbox, 'a payload'")
            #expect(await wakes.next() == "resetd_outbox")
        }
    }

    @Test func `every channel that is listened to is told by its name`() async throws {
        let listener = try await Connection.open(TestDatabase.current.database)
        var wakes = try await listener.notifications(on: ["resetd_outbox", "resetd_ping_7"]).makeAsyncIterator()
        for channel in ["resetd_ping_7", "resetd_outbox"] {
            try await TestDatabase.current.execute(Statement(stringLiteral: "NOTIFY \(channel)"))
            #expect(await wakes.next() == channel)
        }
    }

    @Test func `a notification that came with the answer to LISTEN is not lost`() async throws {
        let listener = try await Connection.open(TestDatabase.current.database)
        // A session's own notification comes before the answer to the statement, and is read with it.
        try await listener.execute("LISTEN resetd_outbox")
        try await listener.execute("NOTIFY resetd_outbox")
        var wakes = try await listener.notifications(on: ["resetd_outbox"]).makeAsyncIterator()
        #expect(await wakes.next() == "resetd_outbox")
    }

    @Test func `the stream ends when the connection is lost`() async throws {
        let listener = try await Connection.open(TestDatabase.current.database)
        let row = try #require(try await listener.execute("SELECT pg_backend_pid() AS pid").first)
        let stream = try await listener.notifications(on: ["resetd_outbox"])
        try await TestDatabase.current.execute(
            "SELECT pg_terminate_backend(\(try row.get("pid", as: Int.self))::int, 5000)")
        for await _ in stream {}
        #expect(await !listener.isAlive)
    }

    @Test func `a transaction's notifications come with its commit, and none when it is rolled back`() async throws {
        let listener = try await Connection.open(TestDatabase.current.database)
        var wakes = try await listener.notifications(on: ["resetd_outbox"]).makeAsyncIterator()
        let other = try await Connection.open(TestDatabase.current.database)
        try await other.executeScript("CREATE TABLE seen (v int)")
        try await other.executeScript("BEGIN; NOTIFY resetd_outbox; INSERT INTO seen VALUES (1); ROLLBACK")
        try await other.executeScript("BEGIN; NOTIFY resetd_outbox; INSERT INTO seen VALUES (2); COMMIT")
        #expect(await wakes.next() == "resetd_outbox")
        #expect(try await other.execute("SELECT v FROM seen").map(\.texts) == [["2"]])
    }
}
