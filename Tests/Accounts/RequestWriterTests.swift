import Accounts
import PasswordReset
import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(10)))
struct RequestWriterTests {
    private func submit(_ requests: [NewRequest], to writer: RequestWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for request in requests { group.addTask { try await writer.submit(request) } }
            try await group.waitForAll()
        }
    }

    private func request(_ email: String, client: String? = nil) -> NewRequest {
        NewRequest(email: email, kind: nil, locale: nil, clientAddress: client)
    }

    private func emails() async throws -> [String] {
        try await TestDatabase.current.execute("SELECT email FROM resetd.outbox ORDER BY id").map {
            try $0.get("email")
        }
    }

    @Test func `a request is in the outbox, as asked for, when submit returns`() async throws {
        let writer = RequestWriter(pool: try TestDatabase.current.pool())
        try await writer.submit(
            NewRequest(
                email: " Ann@Example.org,\"{x}\\", kind: .contact, locale: "de-AT", clientAddress: "2001:db8::7",
                accountID: "9"))
        try await writer.submit(
            NewRequest(email: "", kind: nil, locale: nil, clientAddress: nil, requestedBy: "a command"))
        let rows = try await TestDatabase.current.execute(
            """
            SELECT email, account_kind, locale, host(client_address) AS host, account_id, requested_by, state, purpose
              FROM resetd.outbox ORDER BY id
            """)
        #expect(
            rows.map(\.texts) == [
                [" Ann@Example.org,\"{x}\\", "contact", "de-AT", "2001:db8::7", "9", "web", "queued", "reset_link"],
                ["", nil, nil, nil, nil, "a command", "queued", "reset_link"],
            ])
    }

    @Test func `requests that come together are written together`() async throws {
        let database = try TestDatabase.current
        let writer = RequestWriter(pool: database.pool(capacity: 1))
        // The first statement waits for the table, and the others for it.
        let other = try await Connection.open(database.database)
        try await other.executeScript("BEGIN; LOCK TABLE resetd.outbox IN SHARE MODE")
        async let first: Void = writer.submit(request("first@example.org"))
        try await other.waitUntilSomebodyWaits()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            for number in 0..<700 {
                group.addTask {
                    start.yield()
                    try await writer.submit(request("\(number)@example.org"))
                }
            }
            var count = 0
            for await _ in started {
                count += 1
                if count == 700 { break }
            }
            try await other.executeScript("COMMIT")
            try await group.waitForAll()
        }
        try await first
        let row = try #require(
            try await database.execute(
                "SELECT count(*) AS rows, count(DISTINCT xmin::text) AS writes FROM resetd.outbox"
            ).first)
        #expect(try row.get("rows", as: Int.self) == 701)
        // One for the first, one for as many as a batch holds, one for the rest; and a few for those that had started but
        // not yet come in.
        #expect(try (3...8).contains(row.get("writes", as: Int.self)))
    }

    @Test(arguments: [
        "fe80::1%eth0", "/run/socket", "unknown", "", "192.0.2.300", "192.0.2.7:443", "[::1]", "192.0.2.0/24", "\u{0}",
        "192.0.2.7\u{0}x",
    ])
    func `an address of a client that cannot be read is left out, and its batch written`(client: String) async throws {
        let writer = RequestWriter(pool: try TestDatabase.current.pool())
        try await submit(
            [
                request("a@example.org"), request("b@example.org", client: client),
                request("c@example.org", client: "192.0.2.7"),
            ], to: writer)
        #expect(try await emails().sorted() == ["a@example.org", "b@example.org", "c@example.org"])
        let kept = try await TestDatabase.current.execute("SELECT FROM resetd.outbox WHERE client_address IS NOT NULL")
        #expect(kept.count == 1)
    }

    @Test func `a text that PostgreSQL cannot hold does not cost the others theirs`() async throws {
        let writer = RequestWriter(pool: try TestDatabase.current.pool())
        try await submit(
            [
                request("a@example.org"), request("b\u{0}@example.org"),
                NewRequest(email: "c@example.org", kind: nil, locale: "d\u{0}e", clientAddress: nil),
                request("d@example.org"),
            ], to: writer)
        let emails = try await emails()
        #expect(emails.count == 4)
        #expect(
            emails.contains("a@example.org") && emails.contains("d@example.org") && !emails.contains("b@example.org"))
    }

    @Test func `a database that is away fails all that waited, and the next ones are tried anew`() async throws {
        let current = try TestDatabase.current
        let writer = RequestWriter(pool: current.pool(capacity: 1))
        try await writer.submit(request("a@example.org"))
        try await current.executeScript("ALTER TABLE resetd.outbox RENAME TO away")
        await #expect(throws: PostgresError.self) {
            try await submit([request("b@example.org"), request("c@example.org")], to: writer)
        }
        try await current.executeScript("ALTER TABLE resetd.away RENAME TO outbox")
        try await writer.submit(request("d@example.org"))
        #expect(try await emails() == ["a@example.org", "d@example.org"])
    }
}
