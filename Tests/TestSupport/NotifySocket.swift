internal import Glibc

/// The end at which systemd would listen (sd_notify(3)).
package final class NotifySocket: Sendable {
    package struct BindFailed: Error {
        let code: Int32
    }

    private let descriptor: Int32
    private let path: String?

    /// - Parameter address: a path, or `@` and a name of the abstract space.
    package init(_ address: String) throws {
        path = address.hasPrefix("/") ? address : nil
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
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
    package func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// The messages up to the first that begins so, which is the last of them.
    @discardableResult
    package func wait(for beginning: String) async throws -> [String] {
        var messages: [String] = []
        while true {
            guard let message = receive() else {
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            messages.append(message)
            if message.hasPrefix(beginning) { return messages }
        }
    }

    deinit {
        close(descriptor)
        if let path { unsafe unlink(path) }
    }
}
