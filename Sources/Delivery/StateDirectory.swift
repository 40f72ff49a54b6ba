import Foundation
import Glibc

/// `state.directory`: what a daemon must know after it died. One daemon holds it at a time, by `flock`.
package final class StateDirectory: Sendable {
    private let descriptor: CInt
    private let path: String

    private static let file = "session"

    /// - Throws: ``StateDirectoryError`` when it cannot be written, or another daemon has it.
    package init(_ path: String) throws(StateDirectoryError) {
        self.path = path
        let opened = unsafe open("\(path)/\(Self.file)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw .unusable(path: path, reason: Self.reason) }
        // Held until the process ends, however it ends (flock(2)).
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw .taken(path: path)
        }
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// The session number that the last daemon wrote, or nil where there was none or it cannot be read.
    func previousSession() throws(StateDirectoryError) -> Int64? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw failure() }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return text.hasSuffix("\n") ? Int64(text.dropLast()) : nil
    }

    /// One write, shorter than any block: a death leaves the old number or the new one. A number that is cut short has
    /// no line end and counts as none; its rows are then rescued after the lease.
    func write(session: Int64) throws(StateDirectoryError) {
        let text = Array("\(session)\n".utf8)
        guard ftruncate(descriptor, 0) == 0, unsafe pwrite(descriptor, text, text.count, 0) == text.count else {
            throw failure()
        }
    }

    /// What the journal of the last start says, and whether all of it could be read.
    func journaled() -> (records: [Journal.Record], isWhole: Bool) {
        let file = "\(path)/outcomes"
        guard FileManager.default.fileExists(atPath: file) else { return ([], true) }
        let bytes = FileManager.default.contents(atPath: file)
        let (records, isWhole) = bytes.map { Journal.parse(String(decoding: $0, as: UTF8.self)) } ?? ([], false)
        return (records, isWhole)
    }

    /// An empty journal, in place of the one that was replayed: not before, or a death in between would lose what could
    /// be read. One that is not whole is set aside as `outcomes.damaged`, for whoever wants to know.
    func newJournal(isWhole: Bool = true) throws(StateDirectoryError) -> Journal {
        if !isWhole {
            try? FileManager.default.removeItem(atPath: "\(path)/outcomes.damaged")
            _ = unsafe rename("\(path)/outcomes", "\(path)/outcomes.damaged")
        }
        return try Journal(path: "\(path)/outcomes")
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }

    private func failure() -> StateDirectoryError {
        .unusable(path: path, reason: Self.reason)
    }
}

package enum StateDirectoryError: Error, CustomStringConvertible {
    case unusable(path: String, reason: String)
    case taken(path: String)

    package var description: String {
        switch self {
        case .unusable(let path, let reason):
            "state.directory: cannot use \(path): \(reason); expected a folder that this user may write"
        case .taken(let path): "state.directory: another daemon uses \(path); expected one of its own for each"
        }
    }
}
