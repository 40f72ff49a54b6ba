package import Glibc
import SMTP

/// `worker.shadow`: where mails go as files, instead of to people.
///
/// What a site does that tries this service beside the one it has: requests are claimed, resolved, minted and composed as
/// ever, and each mail becomes a file that a mail program opens. Its row ends as `cancelled`, reason `shadow`: nobody was
/// mailed, and by that its links are dead before anybody could read them (nothing that redeems is at rest).
package struct ShadowFolder: Sendable {
    private let path: String

    /// - Parameter owner: the daemon's user.
    /// - Throws: ``ShadowFolderError`` unless it is a folder of the owner's that nobody else can look into: its files have names
    ///   and addresses in them.
    package init(_ path: String, of owner: uid_t) throws(ShadowFolderError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw ShadowFolderError(Self.reason) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw ShadowFolderError("it is no folder") }
        guard status.st_uid == owner else {
            throw ShadowFolderError("it belongs to user \(status.st_uid), and not to \(owner)")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ShadowFolderError("others may look into it (mode 0\(String(status.st_mode & 0o777, radix: 8)))")
        }
        self.path = path
    }

    /// Writes a mail beside its place and renames it there: whoever reads the folder sees whole mails alone, and a death
    /// leaves none or all of one.
    func write(_ mail: ComposedMail) throws(ShadowFolderError) {
        let lease = mail.request.lease
        let place = "\(path)/\(lease.id)-\(lease.fence).eml"
        let beside = "\(path)/.\(lease.id)-\(lease.fence).new"
        // One that a death left behind.
        _ = unsafe unlink(beside)
        let descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ShadowFolderError(Self.reason) }
        defer { close(descriptor) }
        let content = mail.mail.content
        guard unsafe Glibc.write(descriptor, content, content.count) == content.count,
            unsafe rename(beside, place) == 0
        else {
            let reason = Self.reason
            _ = unsafe unlink(beside)
            throw ShadowFolderError(reason)
        }
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }
}

/// Why the folder cannot be used.
package struct ShadowFolderError: Error, CustomStringConvertible {
    package let description: String

    fileprivate init(_ reason: String) {
        description = "\(reason); expected a folder of mode 0700 that belongs to the daemon's user"
    }
}
