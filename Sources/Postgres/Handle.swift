import CPostgreSQL

/// The one owner of a libpq connection: finishes it when it is released. It stays inside its ``Connection``.
@safe
final class Handle {
    let pointer: OpaquePointer

    /// Connects. On failure the half-open handle is finished here: PQconnectdbParams allocates one whatever comes of it,
    /// and PQfinish must be called even then (libpq, 34.1).
    init(_ database: Database) throws(PostgresError) {
        let keywords = database.connectionKeywords
        let connected = unsafe keywords.map(\.keyword).withCStrings { names in
            unsafe keywords.map(\.value).withCStrings { values in
                // 1: the value of `dbname` may be a whole URL.
                unsafe PQconnectdbParams(names, values, 1)
            }
        }
        guard let connected = unsafe connected else {
            throw PostgresError(.unreachable, "libpq could not allocate a connection")
        }
        guard unsafe PQstatus(connected) == CONNECTION_OK else {
            let message = unsafe String(cString: PQerrorMessage(connected))
            unsafe PQfinish(connected)
            throw PostgresError(.unreachable, Self.explained(message))
        }
        // Writing waits nowhere but where somebody looks at the clock.
        unsafe PQsetnonblocking(connected, 1)
        unsafe pointer = connected
        // Notices go nowhere: by default libpq prints them to stderr, past our log.
        unsafe PQsetNoticeProcessor(connected, { _, _ in }, nil)
    }

    deinit {
        unsafe PQfinish(pointer)
    }

    /// For the reader alone, nothing is decided by it: libpq says "session is read-only" or "server is in hot standby mode"
    /// of a host that `target_session_attrs` makes it leave.
    private static func explained(_ message: String) -> String {
        message.contains("read-only") || message.contains("hot standby") ? "not the primary: \(message)" : message
    }

    var isAlive: Bool { unsafe PQstatus(pointer) == CONNECTION_OK }
}

extension Array where Element == String {
    /// Calls `body` with the strings as a null-terminated array of C strings, valid for the call alone.
    func withCStrings<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        unsafe map(Optional.some).withOptionalCStrings { pointers in
            unsafe body(pointers)
        }
    }
}

extension Array where Element == String? {
    /// Calls `body` with the strings as C strings, nil as a null pointer, and a null pointer after the last.
    ///
    /// All of them lie in one buffer: one allocation, whatever their number.
    func withOptionalCStrings<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        var bytes: [CChar] = []
        var offsets: [Int?] = []
        offsets.reserveCapacity(count)
        for text in self {
            guard let text else {
                offsets.append(nil)
                continue
            }
            offsets.append(bytes.count)
            bytes.append(contentsOf: text.utf8.lazy.map(CChar.init(bitPattern:)))
            bytes.append(0)
        }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
                guard let offset, let base = buffer.baseAddress else { return nil }
                return unsafe base + offset
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else {
                    preconditionFailure("an array with a last null is not empty")
                }
                return unsafe body(base)
            }
        }
    }
}
