internal import Glibc

/// A new folder of ours under `/tmp` (or `TMPDIR`), for the cluster, the keys and the settings.
struct TemporaryFolder: Sendable {
    /// An absolute path.
    let path: String

    /// Makes the folder with mode 0700.
    ///
    /// `TMPDIR` is used unless a Unix socket below it would have too long a name (107 bytes, unix(7)), or we are root
    /// and somebody else has to reach the folder.
    static func make() throws(DemoFailure) -> TemporaryFolder {
        let given = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        let usable = given.hasPrefix("/") && given.utf8.count < 60 && geteuid() != 0
        var template = Array("\(usable ? given : "/tmp")/resetd-demo-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template).map { unsafe String(cString: $0) }
        guard let made else { throw DemoFailure("No temporary folder can be made: \(lastError()).") }
        return TemporaryFolder(path: made)
    }

    /// Writes a file that only we can read (mode 0600); it must not exist yet.
    func write(_ text: String, to name: String) throws(DemoFailure) {
        let file = "\(path)/\(name)"
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DemoFailure("\(file) cannot be written: \(Self.lastError()).") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw DemoFailure("\(file) cannot be written: \(Self.lastError()).") }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes a folder in it, with mode 0700, for us or for another user.
    ///
    /// - Returns: its path.
    func makeFolder(_ name: String, for user: UnprivilegedUser? = nil) throws(DemoFailure) -> String {
        let folder = "\(path)/\(name)"
        guard unsafe mkdir(folder, 0o700) == 0 else {
            throw DemoFailure("\(folder) cannot be made: \(Self.lastError()).")
        }
        if let user {
            // Others may pass through our folder, and read nothing in it.
            guard unsafe chown(folder, user.userID, user.groupID) == 0, unsafe chmod(path, 0o711) == 0 else {
                throw DemoFailure("\(folder) cannot be given to \(user.name): \(Self.lastError()).")
            }
        }
        return folder
    }

    /// Removes the folder and all that is in it; also in a cancelled task.
    func remove() async {
        let path = path
        await Task.detached {
            // Twice: a program that was told to end may write one more file.
            for _ in 0..<2 {
                let remove = Program(path: "/bin/rm", arguments: ["-rf", "--", path], folder: "/")
                if (try? await remove.output()) != nil { return }
            }
        }.value
    }

    private static func lastError() -> String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
}
