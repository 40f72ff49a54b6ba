import Glibc
import Testing

@testable import Operations

@Suite struct `systemd notifier` {
    @Test(arguments: ["/tmp/resetd-notify-\(getpid()).sock", "@resetd-notify-\(getpid())"])
    func `messages arrive at a path and at an abstract name`(address: String) throws {
        let socket = try NotifySocket(address)
        let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": address])
        notifier.ready()
        notifier.status("3 mails\non the wire")
        notifier.watchdog()
        notifier.reloading()
        notifier.stopping()
        #expect(socket.receive() == "READY=1")
        #expect(socket.receive() == "STATUS=3 mailson the wire")
        #expect(socket.receive() == "WATCHDOG=1")
        #expect(socket.receive()?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true)
        #expect(socket.receive() == "STOPPING=1")
    }

    @Test(arguments: ["", "@", "relative", "/nobody/listens/here", "/" + String(repeating: "x", count: 200)])
    func `without somebody to tell it does nothing`(address: String) {
        SystemdNotifier(environment: ["NOTIFY_SOCKET": address]).ready()
    }

    @Test func `the watchdog is due twice in its time, and only if it is ours`() {
        let variables = ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "12"]
        #expect(SystemdNotifier(environment: variables, processID: 12).watchdogInterval == .seconds(15))
        #expect(SystemdNotifier(environment: variables, processID: 13).watchdogInterval == nil)
        #expect(SystemdNotifier(environment: ["WATCHDOG_USEC": "x"]).watchdogInterval == nil)
        #expect(SystemdNotifier(environment: [:]).watchdogInterval == nil)
    }
}

/// The end at which systemd would listen.
private final class NotifySocket {
    private struct BindFailed: Error {
        let code: Int32
    }

    private let descriptor: Int32
    private let path: String?

    init(_ address: String) throws {
        path = address.hasPrefix("/") ? address : nil
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var name = Array(address.utf8)
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: name) }
        if let path { unsafe unlink(path) }
        let bound = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(2 + name.count))
            }
        }
        guard bound == 0 else { throw BindFailed(code: errno) }
    }

    /// The next message that already came; nil when there is none.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    deinit {
        close(descriptor)
        if let path { unsafe unlink(path) }
    }
}
