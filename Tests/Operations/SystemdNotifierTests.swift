import Glibc
import TestSupport
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
