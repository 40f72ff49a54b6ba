/// One row of a result, read by the names of its columns.
package struct Row: Sendable {
    final class Columns: Sendable {
        let names: [String]
        let positions: [String: Int]

        init(_ names: [String]) {
            self.names = names
            positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    let columns: Columns
    let values: [String?]

    /// The names of the columns, in order.
    package var names: [String] { columns.names }

    /// The values as PostgreSQL wrote them, in order.
    package var texts: [String?] { values }

    /// The value of a column that cannot be null.
    package func get<Value: Column>(_ name: String, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        guard let value = try optional(name, as: type) else {
            throw PostgresError(.decoding, "column \(name) is null")
        }
        return value
    }

    /// The value of a column, or nil where it is null.
    package func optional<Value: Column>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        guard let position = columns.positions[name] else {
            throw PostgresError(.decoding, "the result has no column \(name)")
        }
        guard let text = values[position] else { return nil }
        guard let value = Value(postgresText: text) else {
            throw PostgresError(.decoding, "column \(name) is not of type \(type)")
        }
        return value
    }
}

/// A type that a column's text can be read as.
package protocol Column {
    init?(postgresText: String)
}

extension String: Column {
    package init?(postgresText: String) { self = postgresText }
}

extension Int64: Column {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension Int: Column {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension UInt16: Column {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension Double: Column {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension Bool: Column {
    package init?(postgresText: String) {
        switch postgresText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}
