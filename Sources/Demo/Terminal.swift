internal import Glibc

/// The lines that the demonstration prints.
package enum Terminal {
    /// Writes a line to standard output at once, also into a pipe; a closed terminal is no reason to leave things
    /// behind.
    @Sendable package static func say(_ line: String) {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The text with spaces after it, up to a width.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Whole milliseconds, right-aligned.
    static func milliseconds(_ duration: Duration) -> String {
        let count = String(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
        return String(repeating: " ", count: max(0, 6 - count.count)) + count + " ms"
    }
}
