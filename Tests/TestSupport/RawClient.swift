import Foundation
import Glibc

/// A client that writes and reads bytes as they are, over a socket of its own and outside Swift's thread pool.
package struct RawClient: Sendable {
    private let socket: CInt

    package struct Failed: Error {}

    /// - Parameters:
    ///   - address: as the service reports it, `127.0.0.1:PORT` or `unix:/PATH`.
    ///   - seconds: without a byte fail.
    package init(_ address: String, patience seconds: Int = 10) async throws {
        socket = try await Self.blocking {
            address.hasPrefix("unix:")
                ? try Self.connect(path: String(address.dropFirst(5)), seconds)
                : try Self.connect(port: try UInt16(address.split(separator: ":")[1]) ?? { throw Failed() }(), seconds)
        }
    }

    /// One exchange on a connection of its own.
    package static func exchange(_ address: String, _ text: String) async throws -> String {
        let client = try await RawClient(address)
        try await client.send(text)
        let answer = try await client.readAll()
        client.close()
        return answer
    }

    package func send(_ text: String) async throws {
        let socket = socket
        try await Self.blocking {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes {
                    unsafe Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failed() }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Until the other side closes.
    package func readAll() async throws -> String {
        try await read { _ in false }
    }

    /// Until a whole answer with a `Content-Length` is there.
    package func readAnswer() async throws -> String {
        try await read { text in
            guard let head = text.firstRange(of: "\r\n\r\n") else { return false }
            let field = text[..<head.lowerBound].split(separator: "\r\n").first {
                $0.lowercased().hasPrefix("content-length:")
            }
            guard let field, let length = Int(field.dropFirst(15).filter { $0 != " " }) else { return true }
            return text[head.upperBound...].utf8.count >= length
        }
    }

    package func close() {
        _ = Glibc.close(socket)
    }

    private func read(until isWhole: @escaping @Sendable (String) -> Bool) async throws -> String {
        let socket = socket
        return try await Self.blocking {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !isWhole(String(decoding: bytes, as: UTF8.self)) {
                let count = unsafe recv(socket, &buffer, buffer.count, 0)
                // A reset is a close that came with bytes of ours unread.
                if count == 0 || count < 0 && errno == ECONNRESET { break }
                guard count > 0 else { throw Failed() }
                bytes += buffer[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func connect(port: UInt16, _ patience: Int) throws -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return try connect(AF_INET, &address, patience)
    }

    private static func connect(path: String, _ patience: Int) throws -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return try connect(AF_UNIX, &address, patience)
    }

    private static func connect<Address>(_ family: CInt, _ address: inout Address, _ patience: Int) throws -> CInt {
        let socket = Glibc.socket(family, CInt(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bytes.withMemoryRebound(to: sockaddr.self) {
                unsafe Glibc.connect(socket, $0.baseAddress, socklen_t(bytes.count))
            }
        }
        guard result == 0 else { throw Failed() }
        return socket
    }

    private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }
}
