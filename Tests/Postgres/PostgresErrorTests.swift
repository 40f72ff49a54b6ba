import Postgres
import Testing

@Suite struct PostgresErrorTests {
    @Test func `an error is one line`() {
        let error = PostgresError(.unreachable, "one\ntwo\r\n\tthree")
        #expect(error.debugDescription.split(whereSeparator: \.isNewline).count == 1)
    }

    @Test(arguments: [
        (PostgresError.Kind.decoding, false), (.server(SQLState(rawValue: "57P01")), true),
        (.server(SQLState(rawValue: "53300")), true), (.server(SQLState(rawValue: "08006")), true),
        (.server(.readOnlyTransaction), true), (.server(.insufficientPrivilege), false),
        (.server(.deadlockDetected), false),
    ])
    func `an outage is told from a refusal`(kind: PostgresError.Kind, isOutage: Bool) {
        #expect(PostgresError(kind, "").isOutage == isOutage)
    }
}
