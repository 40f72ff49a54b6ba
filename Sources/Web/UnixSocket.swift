internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The file of a Unix socket, which outlives whoever listened there.
enum UnixSocket {
    /// Removes a socket that nobody answers at; what is no socket is left alone, and binding fails.
    ///
    /// - Throws: ``UnixSocketInUse`` when somebody does answer: taking its place would cut off a daemon that works.
    static func removeStale(_ path: String) async throws {
        guard isSocket(path) else { return }
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path).get()
            try? await channel.close()
        } catch let error as IOError where error.errnoCode == ECONNREFUSED {
            return remove(path)
        }
        throw UnixSocketInUse(path: path)
    }

    /// For a proxy in the group of the socket's folder or the daemon; nobody else may connect.
    static func allowGroup(_ path: String) throws {
        guard unsafe chmod(path, 0o660) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
    }

    static func remove(_ path: String) {
        if isSocket(path) { _ = unsafe unlink(path) }
    }

    private static func isSocket(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}

/// Another process listens on this path.
struct UnixSocketInUse: Error, CustomStringConvertible {
    let path: String

    var description: String { "another process listens on unix:\(path)" }
}
