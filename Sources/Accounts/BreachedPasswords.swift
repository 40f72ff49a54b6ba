import Crypto
import Glibc
package import PasswordReset

/// The passwords that leaked from other sites, from a list on this host (`password.breachedFile`): nothing about a
/// password goes over a network.
///
/// The list has the form in which Have I Been Pwned gives it out, ordered by hash: lines of the SHA-1 in 40 hex digits,
/// a colon and a count, ended by LF or CRLF. It is bisected where it lies, with a read of some hundred bytes for each
/// doubling: about 35 for all of the 40 GB, and no memory.
///
/// The file is opened once. One that is renamed into its place is seen after a restart; one that is cut or overwritten
/// where it lies makes ``contains(_:)`` throw. Several may ask at once: `pread` moves no offset.
package final class BreachedPasswords: Sendable {
    private let descriptor: CInt
    /// As it was opened; where the last line has no end, this is it.
    private let size: Int

    /// - Throws: ``BreachedPasswordsError`` when it cannot be read, or its first and last lines are not of the form or out
    ///   of order.
    package init(path: String) throws(BreachedPasswordsError) {
        // A named pipe would hold up the start until somebody wrote to it.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing : .unreadable(reason: unsafe String(cString: strerror(errno)))
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable(reason: "it is not a regular file")
        }
        size = status.st_size
        // From here on an error ends in deinit, which closes it.
        guard size > 0 else { throw .empty }
        let first: BreachedLine
        let last: BreachedLine
        do throws(BreachedPasswordsError) {
            first = try line(at: 0)
            last = try line(at: size - 1)
        } catch { throw error == .changed ? .otherForm : error }
        guard last.start == 0 || first.digest.lexicographicallyPrecedes(last.digest) else { throw .otherForm }
    }

    deinit {
        close(descriptor)
    }

    /// Whether somebody's password was this one where it leaked. Waits for the disk: under a millisecond where the list
    /// is on one that is not asleep.
    ///
    /// - Throws: ``BreachedPasswordsError`` when the file is not any more what it was when it was opened.
    package func contains(_ password: PreparedPassword) throws(BreachedPasswordsError) -> Bool {
        try contains(digest: Array(Insecure.SHA1.hash(data: password.bytes)))
    }

    /// The line, if there is one, starts in `low..<high`, and both are starts of lines: each step leaves out the line in
    /// the middle and what lies beyond it, so that there is an end to it whatever the file says.
    func contains(digest: [UInt8]) throws(BreachedPasswordsError) -> Bool {
        var low = 0
        var high = size
        while low < high {
            let line = try line(at: low + (high - low) / 2)
            guard line.start >= low, line.end <= high else { throw .changed }
            if line.digest == digest { return true }
            if line.digest.lexicographicallyPrecedes(digest) { low = line.end } else { high = line.start }
        }
        return false
    }

    /// The line that has a byte of the file.
    private func line(at offset: Int) throws(BreachedPasswordsError) -> BreachedLine {
        let start = max(0, offset - BreachedLine.maximumLength)
        let bytes = try read(start..<min(size, offset + BreachedLine.maximumLength))
        guard let line = BreachedLine(around: offset - start, of: bytes, from: start, fileSize: size) else {
            throw .changed
        }
        return line
    }

    private func read(_ range: Range<Int>) throws(BreachedPasswordsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { bytes in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done..<bytes.count])
                return unsafe pread(descriptor, rest.baseAddress, rest.count, range.lowerBound + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(reason: unsafe String(cString: strerror(errno))) }
            guard count > 0 else { throw .changed }
            done += count
        }
        return bytes
    }
}

/// What is wrong with a list of breached passwords: what one says of the file after its name.
package enum BreachedPasswordsError: Error, Equatable, CustomStringConvertible {
    case missing
    case unreadable(reason: String)
    case empty
    case otherForm
    /// It was a list when it was opened.
    case changed

    package var description: String {
        switch self {
        case .missing: "is not there"
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .empty: "is empty"
        case .otherForm:
            "is no list of breached passwords: expected lines of a SHA-1 in hex, a colon and a count, in ascending order"
        case .changed: "is not the list any more that it was at the start"
        }
    }
}
