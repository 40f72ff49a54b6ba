internal import Glibc

/// Tells systemd how the service is, by one datagram a message (sd_notify(3)).
///
/// Plain socket code, for libsystemd would be one more library to carry for sixty lines. Without `NOTIFY_SOCKET` every
/// call does nothing, and a message that cannot be sent is dropped: the daemon must not fail because nobody listens.
package struct SystemdNotifier: Sendable {
    /// The address as bytes: a path, or `@` and a name of the abstract space.
    private let address: String?
    /// How often ``watchdog()`` is due: half of what the unit's `WatchdogSec` allows; nil when it sets none.
    package let watchdogInterval: Duration?

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` from these variables.
    ///
    /// - Parameters:
    ///   - environment: the variables of this process.
    ///   - processID: this process; a `WATCHDOG_PID` that names another means that the watchdog is not for us.
    package init(environment: [String: String], processID: Int32 = getpid()) {
        let given = environment["NOTIFY_SOCKET"] ?? ""
        address = given.hasPrefix("/") || (given.hasPrefix("@") && given.utf8.count > 1) ? given : nil
        let ours = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        if ours, let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 {
            watchdogInterval = .microseconds(microseconds / 2)
        } else {
            watchdogInterval = nil
        }
    }

    /// The service is up; systemd starts what comes after it.
    package func ready() {
        send("READY=1")
    }

    /// The line that `systemctl status` shows.
    package func status(_ words: String) {
        send("STATUS=" + words.filter { !$0.isNewline })
    }

    /// The service has begun to stop.
    package func stopping() {
        send("STOPPING=1")
    }

    /// The service reads its settings anew; ``ready()`` ends it. `Type=notify-reload` wants the time beside it.
    package func reloading() {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// A sign of life, due every ``watchdogInterval``; send it from the loop whose stop would be the fault.
    package func watchdog() {
        send("WATCHDOG=1")
    }

    private func send(_ message: String) {
        guard let address, var target = Self.socketAddress(address) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // The length ends with the name: for an abstract one, zeros after it would be part of it (unix(7)).
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + address.utf8.count } ?? 0
        let bytes = Array(message.utf8)
        unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = unsafe sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), generic, socklen_t(length))
            }
        }
    }

    private static func socketAddress(_ address: String) -> sockaddr_un? {
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var name = Array(address.utf8)
        guard name.count < MemoryLayout.size(ofValue: target.sun_path) else { return nil }
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: name) }
        return target
    }
}
