import Postgres
import TestSupport
import Testing

@Suite struct StatementTests {
    @Test func `what is interpolated is bound in order, never spelled into the text`() {
        let statement: Statement = "SELECT \("a'b"), \(7), \(nil as String?) FROM \(["x", nil])"
        #expect(statement.sql == "SELECT $1, $2, $3 FROM $4")
        #expect(statement.parameters == ["a'b", "7", nil, "{\"x\",NULL}"])
    }

    @Test func `a statement in a statement keeps its parameters, numbered anew`() {
        let inner: Statement = "a = \(1) AND b = \(2)"
        let middle: Statement = "(\(inner) OR c = \(3))"
        let whole: Statement = "SELECT \(0) WHERE \(middle) AND \(inner) LIMIT \(9)"
        #expect(whole.sql == "SELECT $1 WHERE (a = $2 AND b = $3 OR c = $4) AND a = $5 AND b = $6 LIMIT $7")
        #expect(whole.parameters == ["0", "1", "2", "3", "1", "2", "9"])
    }

    @Test func `a statement without parameters is its text`() {
        let statement: Statement = "SELECT '$1', \("TRUE" as Statement)"
        #expect(statement.sql == "SELECT '$1', TRUE")
        #expect(statement.parameters.isEmpty)
    }

    @Test func `the order of evaluation of more than nine parameters is theirs`() {
        let parts = (1...12).map { number -> Statement in " \(number)" }
        let whole = parts.reduce("SELECT" as Statement) { "\($0)\($1)" }
        #expect(whole.sql == "SELECT" + (1...12).map { " $\($0)" }.joined())
        #expect(whole.parameters == (1...12).map { "\($0)" })
    }
}
