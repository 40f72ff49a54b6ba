import Postgres
import TestSupport
import Testing

/// A daemon as `resetd.claim` sees it: a session with a heartbeat, and its settings.
struct Claimer: Sendable {
    let connection: Connection
    let session: Int64
    var limit = 1000
    var keyID = 1
    var knownKeys = [1]
    var interval = "60 seconds"
    var hourly = 5
    /// Where the scan begins, as SQL; everything is looked at without it.
    var since: Statement = "NULL"
    var after: Int64?

    /// What came back of a row.
    struct Answer: Equatable {
        let id: Int64
        let state: String
        let reason: String?

        init(_ id: Int64, _ state: String, _ reason: String? = nil) {
            self.id = id
            self.state = state
            self.reason = reason
        }
    }

    static func open() async throws -> Claimer {
        let connection = try await Connection.open(TestDatabase.current.database)
        let row = try #require(
            try await connection.execute(
                "INSERT INTO resetd.session (id) VALUES (nextval('resetd.session_number')) RETURNING id"
            ).first)
        return Claimer(connection: connection, session: try row.get("id"))
    }

    func rows() async throws -> [Row] {
        try await connection.execute(
            """
            SELECT * FROM resetd.claim(
                \(session)::bigint, \(limit)::int, \(since), '30 seconds', '1 hour', \(keyID)::int, \(knownKeys)::int[],
                'mail.example.org', \(interval)::interval, \(hourly)::int,
                \(after)::bigint)
            """)
    }

    @discardableResult
    func callAsFunction() async throws -> [Answer] {
        try await rows().map { row in
            Answer(try row.get("id"), try row.get("state"), try row.optional("reason"))
        }
    }

    /// Puts everything that was claimed back into the queue, due now, as recording a deferral does.
    func giveBack() async throws {
        try await connection.executeScript(
            "UPDATE resetd.outbox SET state = 'queued', claimed_by = NULL, due_at = now() WHERE state = 'sending'")
    }

    /// Records the same outcome for every row that this session has; how many took it.
    @discardableResult
    func record(_ state: String, unanswered: Int = 0, delay: Int = 0) async throws -> Int {
        let rows = try await connection.execute(
            """
            SELECT resetd.record(
                       \(session)::bigint, '6 hours', 6, array_agg(o.id), array_agg(o.fence), array_agg(\(state)::text),
                       array_agg(NULL::text), array_agg(\(delay)::bigint), array_agg(1), array_agg('250 2.0.0 Ok'::text),
                       array_agg(1), array_agg(\(unanswered)::integer)) AS count
              FROM resetd.outbox AS o
             WHERE o.claimed_by = \(session)::bigint AND o.state = 'sending'
            """)
        return try rows.first?.get("count") ?? 0
    }

    func script(_ sql: String) async throws {
        try await connection.executeScript(sql)
    }

    /// The columns of one row of the outbox, as text.
    func outbox(_ columns: String, id: Int64 = 1) async throws -> [String?] {
        let columns = Statement(stringLiteral: columns)
        return try #require(
            try await connection.execute("SELECT \(columns) FROM resetd.outbox WHERE id = \(id)").first
        ).texts
    }
}
