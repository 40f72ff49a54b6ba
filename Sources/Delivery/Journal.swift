import Glibc
import NIOConcurrencyHelpers

/// The outcome journal in the state directory: which mails the relay has taken and the database does not know of yet.
///
/// Each acceptance is one `write`, before anything else is done with it, so that a daemon that is killed loses none: the
/// page cache outlives the process (not the host; a mail may then go twice). The next start replays it before its first
/// claim. It is emptied whenever the database has caught up, and written anew when it grows long before that.
///
///     resetd outcomes 1
///     ID FENCE SESSION CHECK
package final class Journal: Sendable {
    struct Record: Hashable {
        let id: Int64
        let fence: Int64
        let session: Int64
    }

    private struct State {
        var descriptor: CInt
        var size = 0
        var open: Set<Record> = []
        /// The last write came through in part, or not at all: what follows begins a line of its own.
        var isTorn = false
    }

    private static let head = "resetd outcomes 1\n"
    private static let longest = 1 << 20

    private let path: String
    private let state: NIOLockedValueBox<State>

    /// Opens the journal of a folder that this process holds, empty: whatever was in it has been replayed.
    init(path: String) throws(StateDirectoryError) {
        self.path = path
        state = NIOLockedValueBox(State(descriptor: try Self.create(path)))
    }

    deinit {
        close(state.withLockedValue { $0.descriptor })
    }

    /// Notes an acceptance. False when it could not be written (a full disk): the mail is recorded all the same, but a
    /// death before that sends it twice.
    func note(_ record: Record) -> Bool {
        return state.withLockedValue { state in
            state.open.insert(record)
            let line = Array("\(state.isTorn ? "\n" : "")\(Self.line(record))".utf8)
            state.isTorn = unsafe write(state.descriptor, line, line.count) != line.count
            state.size += line.count
            return !state.isTorn
        }
    }

    /// The database knows these.
    func forget(_ records: [Record]) {
        state.withLockedValue { state in
            state.open.subtract(records)
            if state.open.isEmpty, state.size > 0 {
                _ = ftruncate(state.descriptor, off_t(Self.head.utf8.count))
                state.size = 0
                state.isTorn = false
            } else if state.size > Self.longest {
                rewrite(&state)
            }
        }
    }

    /// Writes what is open into a new file and renames it into place: a death leaves the old journal or the new one, and
    /// replaying the old one once more changes nothing.
    private func rewrite(_ state: inout State) {
        guard let descriptor = try? Self.create("\(path).new") else { return }
        let lines = Array(state.open.map(Self.line).joined().utf8)
        guard unsafe write(descriptor, lines, lines.count) == lines.count, unsafe rename("\(path).new", path) == 0
        else {
            close(descriptor)
            return
        }
        close(state.descriptor)
        state.descriptor = descriptor
        state.size = lines.count
        state.isTorn = false
    }

    private static func create(_ path: String) throws(StateDirectoryError) -> CInt {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        let bytes = Array(head.utf8)
        guard descriptor >= 0, unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .unusable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        return descriptor
    }

    // MARK: Lines

    static func line(_ record: Record) -> String {
        let fields = "\(record.id) \(record.fence) \(record.session)"
        return "\(fields) \(check(fields))\n"
    }

    /// What a journal says: every whole line, and whether anything else was in it (a torn end, a foreign file).
    static func parse(_ text: String) -> (records: [Record], isWhole: Bool) {
        guard text.hasPrefix(head) else { return ([], text.isEmpty) }
        var records: [Record] = []
        var isWhole = text.utf8.last == UInt8(ascii: "\n")
        // By bytes: to Swift, a stray carriage return and the line end after it are one character.
        for bytes in text.utf8.dropFirst(head.utf8.count).split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes, as: UTF8.self)
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 4, let id = Int64(fields[0]), let fence = Int64(fields[1]),
                let session = Int64(fields[2])
            else {
                isWhole = false
                continue
            }
            let record = Record(id: id, fence: fence, session: session)
            // To the letter: a number has other spellings, and none of them is ours.
            if "\(line)\n" == Self.line(record) { records.append(record) } else { isWhole = false }
        }
        return (records, isWhole)
    }

    /// FNV-1a over the fields: it tells a torn line from a whole one, and is no protection against anybody.
    private static func check(_ fields: String) -> String {
        let hash = fields.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
