internal import Glibc
internal import NIOCore

/// A socket that the service manager opened for us (sd_listen_fds(3)).
package enum SystemdSocket {
    /// SD_LISTEN_FDS_START.
    private static let start: CInt = 3

    /// Whether one was passed to this very process.
    package static var isPassed: Bool {
        count(["LISTEN_PID", "LISTEN_FDS"].map(variable), process: getpid()) > 0
    }

    /// The first that was passed.
    static func first() throws -> NIOBSDSocket.Handle {
        guard isPassed else { throw SystemdSocketMissing() }
        // What we start must not inherit it.
        _ = fcntl(start, F_SETFD, FD_CLOEXEC)
        return start
    }

    /// - Parameter values: of `LISTEN_PID` and `LISTEN_FDS`.
    static func count(_ values: [String?], process: Int32) -> Int {
        guard values.count == 2, values[0].flatMap({ Int32($0) }) == process else { return 0 }
        return values[1].flatMap { Int($0) } ?? 0
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

/// `web.listen` is `systemd`, and the service manager passed no socket.
struct SystemdSocketMissing: Error, CustomStringConvertible {
    let description = "no socket was passed by the service manager (LISTEN_FDS, LISTEN_PID)"
}
