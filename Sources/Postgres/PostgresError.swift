/// What PostgreSQL, or the way to it, answered instead of a result.
///
/// `description` says nothing of the inside, so that it may end up anywhere; the server's words are in
/// `debugDescription`, which is for the operator's log. The server's DETAIL, which quotes values, is kept nowhere.
package struct PostgresError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The server refused the statement.
        case server(SQLState)
        /// No connection could be made.
        case unreachable
        /// The connection went away; whether the statement was carried out is not known.
        case connectionLost
        /// A column is missing, null, or not of the type that was asked for.
        case decoding
    }

    package let kind: Kind
    /// The server's or libpq's primary message, one line.
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    package var state: SQLState? {
        if case .server(let state) = kind { state } else { nil }
    }

    /// Whether the same transaction may be tried again as it is: a deadlock or a serialisation failure.
    package var isRetryable: Bool {
        state == .deadlockDetected || state == .serializationFailure
    }

    /// Whether the database is away rather than displeased: what was asked may be asked again later.
    package var isOutage: Bool {
        switch kind {
        case .unreachable, .connectionLost: true
        case .server(let state): state.isOutage
        case .decoding: false
        }
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch kind {
        case .server(.readOnlyTransaction): "the database is not the primary"
        case .server(let state): "the database answered with error \(state.rawValue)"
        case .unreachable: "the database cannot be reached"
        case .connectionLost: "the connection to the database was lost"
        case .decoding: "the database answered in a form that was not expected"
        }
    }

    package var debugDescription: String { "\(description): \(message)" }
}

/// A five-letter condition of PostgreSQL's Appendix A.
package struct SQLState: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let deadlockDetected = SQLState(rawValue: "40P01")
    package static let serializationFailure = SQLState(rawValue: "40001")
    package static let uniqueViolation = SQLState(rawValue: "23505")
    package static let undefinedTable = SQLState(rawValue: "42P01")
    package static let invalidSchema = SQLState(rawValue: "3F000")
    package static let insufficientPrivilege = SQLState(rawValue: "42501")
    package static let lockNotAvailable = SQLState(rawValue: "55P03")
    package static let inFailedTransaction = SQLState(rawValue: "25P02")
    package static let invalidStatementName = SQLState(rawValue: "26000")
    package static let featureNotSupported = SQLState(rawValue: "0A000")
    package static let readOnlyTransaction = SQLState(rawValue: "25006")

    /// Class 08 (connection), 53 (resources), 57 (operator intervention), or a server that is not the primary.
    var isOutage: Bool {
        ["08", "53", "57"].contains(rawValue.prefix(2)) || self == .readOnlyTransaction
    }
}
