internal import NIOCore
internal import NIOPosix

/// One request and its answer over a connection of their own (HTTP/1.1), for the guided walk; loopback only.
///
/// Small on purpose: it sends `Connection: close` and reads to the end, follows nothing and keeps no cookie, so that
/// the walk sees just what the daemon said.
package struct HTTPExchange: Sendable {
    /// What came back.
    package struct Answer: Sendable, Equatable {
        package let status: Int
        /// Names in lower case.
        package let headers: [String: String]
        package let body: String
    }

    package let port: Int

    package init(port: Int) {
        self.port = port
    }

    /// Asks for a page.
    package func get(_ target: String) async throws -> Answer {
        try await send("GET", target)
    }

    /// Sends a form as a browser would.
    package func post(_ target: String, form: [(String, String)]) async throws -> Answer {
        try await post(target, form: form, headers: [])
    }

    /// The same with more to say, such as a cookie.
    package func post(
        _ target: String, form: [(String, String)], headers: [(String, String)]
    ) async throws -> Answer {
        try await send(
            "POST", target,
            headers: headers + [
                ("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://127.0.0.1:\(port)"),
                ("Sec-Fetch-Site", "same-origin"),
            ],
            body: form.map { "\(Self.encoded($0))=\(Self.encoded($1))" }.joined(separator: "&"))
    }

    /// Sends a request as it is told.
    package func send(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let request = ByteBuffer(string: head + "\r\n" + (body ?? ""))
        let bytes = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(request)
            var bytes: [UInt8] = []
            for try await buffer in inbound { bytes += buffer.readableBytesView }
            return bytes
        }
        return try Self.answer(bytes)
    }

    /// Reads status, headers and body, chunked or to the end (RFC 9112).
    static func answer(_ bytes: [UInt8]) throws(DemoFailure) -> Answer {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard let range = bytes.firstRange(of: mark) else { throw DemoFailure("The daemon sent no HTTP answer.") }
        let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).split(separator: "\r\n").map(
            String.init)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, let status = Int(words[1]) else { throw DemoFailure("The daemon sent no HTTP answer.") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let rest = bytes[range.upperBound...]
        let isChunked = headers["transfer-encoding"]?.lowercased() == "chunked"
        return Answer(
            status: status, headers: headers, body: String(decoding: isChunked ? joined(rest) : rest, as: UTF8.self))
    }

    private static func joined(_ chunks: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = chunks
        var body: ArraySlice<UInt8> = []
        while let end = rest.firstRange(of: [13, 10] as [UInt8]) {
            let size =
                Int(String(decoding: rest[..<end.lowerBound].prefix { $0 != 0x3B }, as: UTF8.self), radix: 16) ?? 0
            guard size > 0 else { break }
            body += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return body
    }

    private static func encoded(_ value: String) -> String {
        let unreserved = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return value.utf8.map { byte in
            if unreserved.contains(byte) { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
