import Foundation
import Glibc
import PasswordReset

/// The file that holds the key ring, when the settings name one.
struct KeyRingFile {
    let path: String

    /// - Parameter credentials: systemd's credentials folder, whose files have mode 0440 and belong to nobody else.
    func read(credentials: String?) throws -> LinkKeys {
        let isCredential = credentials.map { path.hasPrefix($0 + "/") } ?? false
        try FileMode.requirePrivate(path, mask: isCredential ? 0o007 : 0o077)
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingError(file: path, "cannot be read; expected a key ring from 'resetd keys generate'")
        }
        do throws(LinkKeysError) { return try LinkKeys(text) } catch {
            throw SettingError(file: path, error.description)
        }
    }

    /// Writes the whole ring beside the file and renames it into place: a death leaves the old ring or the new one.
    func write(_ keys: LinkKeys) throws {
        let beside = "\(path).new"
        _ = unsafe unlink(beside)
        let descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        let bytes = Array(keys.text.utf8)
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            unsafe rename(beside, path) == 0
        else { throw failure() }
    }

    private func failure() -> SettingError {
        SettingError(file: path, "cannot be written: \(unsafe String(cString: strerror(errno)))")
    }
}
