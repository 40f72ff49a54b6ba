import Postgres
import TestSupport
import Testing

@Suite(.database)
struct ConnectionTests {
    @Test func `parameters are bound, whatever they contain`() async throws {
        let hostile = "'; DROP TABLE resetd.outbox; -- \\ \" {} $1 é"
        let row = try #require(
            try await TestDatabase.current.execute("SELECT \(hostile)::text AS one, \([hostile, "b"])::text[] AS many")
                .first)
        #expect(try row.get("one", as: String.self) == hostile)
    }
}
