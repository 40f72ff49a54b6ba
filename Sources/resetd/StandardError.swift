import Foundation
import Glibc
import Logging

/// One line to stderr, in one write.
enum StandardError {
    /// For commands, which log what went wrong beside their work.
    static let logger = Logger(label: "resetd") { LineLogHandler(label: $0, format: .logfmt) }

    /// Whether stderr is the journal: systemd says which file that is, for whoever inherits the variable may have another
    /// (systemd.exec(5), $JOURNAL_STREAM).
    static let isJournal: Bool = {
        guard let stream = unsafe getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return unsafe String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    }()

    static func print(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}
