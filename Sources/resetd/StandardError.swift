import Glibc
import Logging

/// One line to stderr, in one write.
enum StandardError {
    /// For commands, which log what went wrong beside their work.
    static let logger = Logger(label: "resetd") { LineLogHandler(label: $0, format: .logfmt) }

    static func print(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
