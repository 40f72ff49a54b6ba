/// SQL with its parameters apart: what is interpolated is bound (`$1`), never spelled into the text.
///
///     let statement: Statement = "SELECT state FROM resetd.outbox WHERE id = \(id)"
///
/// A piece of SQL can only come in as another statement, with parameters of its own.
package struct Statement: Sendable, ExpressibleByStringInterpolation {
    /// The texts before, between and after the parameters: one more than there are parameters.
    private var texts: [String]
    package private(set) var parameters: [String?]

    package var sql: String {
        var sql = texts[0]
        for (position, text) in texts.dropFirst().enumerated() { sql += "$\(position + 1)\(text)" }
        return sql
    }

    package init(stringLiteral value: String) {
        texts = [value]
        parameters = []
    }

    package init(stringInterpolation: Interpolation) {
        texts = stringInterpolation.texts
        parameters = stringInterpolation.parameters
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var texts = [""]
        fileprivate var parameters: [String?] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            texts.reserveCapacity(interpolationCount + 1)
            parameters.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            texts[texts.count - 1] += literal
        }

        package mutating func appendInterpolation(_ value: some Parameter) {
            bind(value.postgresText)
        }

        package mutating func appendInterpolation(_ value: (some Parameter)?) {
            bind(value?.postgresText)
        }

        package mutating func appendInterpolation(_ part: Statement) {
            texts[texts.count - 1] += part.texts[0]
            texts.append(contentsOf: part.texts.dropFirst())
            parameters.append(contentsOf: part.parameters)
        }

        private mutating func bind(_ text: String?) {
            parameters.append(text)
            texts.append("")
        }
    }
}
