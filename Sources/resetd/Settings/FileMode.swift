import Glibc

/// Who may read a file.
enum FileMode {
    /// Refuses a file that has one of the bits of `mask`.
    static func requirePrivate(_ path: String, mask: mode_t) throws {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw SettingError(file: path, "cannot be read: \(unsafe String(cString: strerror(errno)))")
        }
        guard status.st_mode & mask == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw SettingError(
                file: path, "others can read it (mode 0\(mode)); expected mode \(mask == 0o007 ? "0440" : "0600")")
        }
    }
}
