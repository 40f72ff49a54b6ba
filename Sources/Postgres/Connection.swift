import CPostgreSQL
import Dispatch
import Glibc

/// One connection to PostgreSQL. Statements run one after another, on a thread of the connection's own.
///
/// On a thread that nobody else waits for, blocking calls read from top to bottom; but no wait is without an end
/// (see ``execute(_:patience:)``). A connection that was lost says so in every later call; its pool replaces it.
package actor Connection {
    private let executor: QueueExecutor
    let handle: Handle
    /// Watches the socket while the connection LISTENs.
    var notificationSource: (any DispatchSourceRead)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Connects, which may take up to the connect timeout for each host of the URL.
    package static func open(_ database: Database) async throws(PostgresError) -> Connection {
        let executor = QueueExecutor(label: "resetd.postgres")
        let handle = try await Caller(executor: executor).handle(of: database)
        return Connection(handle, isPooled: database.isPooled, on: executor)
    }

    private init(_ handle: sending Handle, isPooled: Bool, on executor: QueueExecutor) {
        self.executor = executor
        self.isPooled = isPooled
        self.handle = handle
    }

    /// Statements by their text: the name that the server knows them by, empty for one that was sent once.
    private var prepared: [String: String] = [:]
    private var names = 0
    private let isPooled: Bool

    /// What the daemon says over and over is far less than this; whatever is beyond goes as text.
    private static let mostPrepared = 100

    /// Of no more use although it may be open: a statement on it was given up, or its server is not the primary any more.
    private var isSpent = false

    package var isAlive: Bool { handle.isAlive && !isSpent }

    /// Reads what the server sent unasked, to its end; false when the connection is lost. An idle one that the server has
    /// closed meanwhile says so in bytes that nobody has read yet.
    ///
    /// libpq reads once at a time, and finds the end behind the server's last words only when it reads again.
    func readPending() -> Bool {
        var socket = unsafe pollfd(fd: PQsocket(handle.pointer), events: Int16(POLLIN), revents: 0)
        repeat {
            guard unsafe PQconsumeInput(handle.pointer) == 1, handle.isAlive else { return false }
        } while unsafe poll(&socket, 1, 0) > 0
        return true
    }

    /// Whether a transaction is open, or failed and not yet rolled back.
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle.pointer) != PQTRANS_IDLE }

    /// Whether a statement failed in the open transaction: its COMMIT would be answered like any other, and roll it back.
    var hasFailedTransaction: Bool { unsafe PQtransactionStatus(handle.pointer) == PQTRANS_INERROR }

    var queue: DispatchQueue { executor.queue }

    /// How long a statement may take in all, from here: longer than the server's own limit (`statement_timeout`), which
    /// says nothing where the server, or what stands before it, has stopped answering and only its host is alive.
    package static let patience: Duration = .seconds(40)

    /// Runs one statement with its parameters and returns its rows.
    ///
    /// - Parameter patience: nil for a statement that may take any time. One that takes longer counts as
    ///   ``PostgresError/Kind/connectionLost``: whether it was carried out is not known, and the connection is spent.
    @discardableResult
    package func execute(
        _ statement: Statement, patience: Duration? = Connection.patience
    ) throws(PostgresError) -> [Row] {
        // A text parameter ends at its first NUL for libpq; PostgreSQL has no such text, and cutting it is worse than no.
        guard statement.parameters.allSatisfy({ $0?.utf8.contains(0) != true }) else {
            throw PostgresError(.server(SQLState(rawValue: "22021")), "a parameter holds a NUL character")
        }
        let sql = statement.sql
        let name = try preparedName(of: sql, parameters: statement.parameters.count)
        let isSent = unsafe statement.parameters.withOptionalCStrings { values in
            let count = Int32(statement.parameters.count)
            if let name { return unsafe PQsendQueryPrepared(handle.pointer, name, count, values, nil, nil, 0) }
            return unsafe PQsendQueryParams(handle.pointer, sql, count, nil, values, nil, nil, 0)
        }
        guard isSent == 1 else { throw unsafe failure(of: nil) }
        return try unsafe rows(of: result(within: patience))
    }

    /// The name under which the server has a statement parsed and planned, after its second use here; nil for one that is
    /// sent as text: without parameters, once only, or through PgBouncer, which may give the next one to another server.
    private func preparedName(of sql: String, parameters: Int) throws(PostgresError) -> String? {
        guard parameters > 0, !isPooled else { return nil }
        if let name = prepared[sql] { return name.isEmpty ? try prepare(sql) : name }
        if prepared.count < Self.mostPrepared { prepared[sql] = "" }
        return nil
    }

    private func prepare(_ sql: String) throws(PostgresError) -> String {
        let name = "resetd_\(names)"
        names += 1
        guard unsafe PQsendPrepare(handle.pointer, name, sql, 0, nil) == 1 else { throw unsafe failure(of: nil) }
        _ = try unsafe rows(of: result(within: Self.patience))
        prepared[sql] = name
        return name
    }

    /// The last result of the statement that was sent, and nothing left to read (libpq, 34.4). The last, for a commit may
    /// fail after the statement was answered: that is a second result (protocol, 55.2.3).
    private func result(within patience: Duration?) throws(PostgresError) -> OpaquePointer? {
        let deadline = patience.map { ContinuousClock.now + $0 }
        var last: OpaquePointer?
        while true {
            do throws(PostgresError) { try waitForResult(until: deadline) } catch {
                unsafe PQclear(last)
                throw error
            }
            guard let next = unsafe PQgetResult(handle.pointer) else { return unsafe last }
            unsafe PQclear(last)
            unsafe last = next
        }
    }

    /// Returns when `PQgetResult` will not wait.
    private func waitForResult(until deadline: ContinuousClock.Instant?) throws(PostgresError) {
        while true {
            let unsent = unsafe PQflush(handle.pointer)
            guard unsent >= 0 else { throw unsafe failure(of: nil) }
            if unsent == 0, unsafe PQisBusy(handle.pointer) == 0 { return }
            var socket = unsafe pollfd(
                fd: PQsocket(handle.pointer), events: Int16(unsent == 0 ? POLLIN : POLLIN | POLLOUT), revents: 0)
            let left = deadline.map { Int32(max(0, ($0 - .now) / .milliseconds(1)).rounded(.up)) } ?? -1
            guard unsafe poll(&socket, 1, left) != 0 else {
                isSpent = true
                throw PostgresError(.connectionLost, "the server did not answer in time")
            }
            guard unsafe PQconsumeInput(handle.pointer) == 1 else { throw unsafe failure(of: nil) }
        }
    }

    /// Runs several statements that take no parameters, separated by semicolons (a migration's file).
    package func executeScript(_ sql: String) throws(PostgresError) {
        _ = try unsafe rows(of: PQexec(handle.pointer, sql))
    }

    /// Copies the rows out of a result and clears it.
    private func rows(of result: OpaquePointer?) throws(PostgresError) -> [Row] {
        defer { unsafe PQclear(result) }
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return []
        case PGRES_TUPLES_OK: break
        default: throw unsafe failure(of: result)
        }
        let width = unsafe PQnfields(result)
        let columns = Row.Columns((0..<width).map { unsafe String(cString: PQfname(result, $0)) })
        return (0..<(unsafe PQntuples(result))).map { row in
            Row(
                columns: columns,
                values: (0..<width).map { column in
                    guard unsafe PQgetisnull(result, row, column) == 0 else { return nil }
                    return unsafe String(cString: PQgetvalue(result, row, column))
                })
        }
    }

    /// Whether the connection is lost is asked of libpq, never guessed from a message.
    private func failure(of result: OpaquePointer?) -> PostgresError {
        let primary = unsafe resetd_message(result).map { unsafe String(cString: $0) }
        let message = unsafe primary ?? String(cString: PQerrorMessage(handle.pointer))
        guard handle.isAlive else {
            return PostgresError(.connectionLost, message)
        }
        let state = unsafe SQLState(rawValue: resetd_sqlstate(result).map { unsafe String(cString: $0) } ?? "XX000")
        // Another host of the URL may be the primary by now: only connecting anew finds out. And a prepared statement that
        // is gone, or gives other columns since a migration, is as good as new on another connection.
        if [.readOnlyTransaction, .invalidStatementName, .featureNotSupported].contains(state) { isSpent = true }
        return PostgresError(.server(state), message)
    }
}

/// Connects on the thread that the connection is going to have.
private actor Caller {
    private let executor: QueueExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(executor: QueueExecutor) {
        self.executor = executor
    }

    func handle(of database: Database) throws(PostgresError) -> sending Handle {
        try Handle(database)
    }
}
