import TestSupport
import Testing

@testable import Demo

/// Clients that keep the daemon waiting, many at once.
@Suite(.database, .timeLimit(.minutes(5)))
struct SlowClientTests {
    private static let head =
        "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    @Test func `R22: whole heads, whole bodies and idle connections have their time, and drops of bytes buy none`()
        async throws
    {
        try await Site.run { (site) async throws in
            let address = "127.0.0.1:\(site.web.port)"
            func slow(_ begin: String, _ drop: String, until status: String) async throws {
                let client = try await RawClient(address, patience: 50)
                try await client.send(begin)
                let dripping = Task {
                    while !Task.isCancelled {
                        try? await client.send(drop)
                        try? await Task.sleep(for: .seconds(1))
                    }
                }
                let answer = try await client.readAll()
                dripping.cancel()
                await dripping.value
                client.close()
                #expect(answer.hasPrefix(status), "\(begin.prefix(20)) \(answer.prefix(20))")
            }
            let head = Self.head
            async let first: Void = slow("GET /forgot HTTP/1.1\r\nX: ", "y", until: "HTTP/1.1 408 ")
            async let second: Void = slow(head + "Content-Length: 1000\r\n\r\n", "y", until: "HTTP/1.1 408 ")
            async let third: Void = slow(
                head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\ny\r\n", until: "HTTP/1.1 408 ")
            async let fourth: Void = slow("", "", until: "")
            async let fifth: Void = slow("GET /forgot HTTP/1.1\r\nHost: x\r\n\r\n", "", until: "HTTP/1.1 200 ")
            _ = try await (first, second, third, fourth, fifth)
            #expect(try await site.web.get("/forgot").status == 200)
        }
    }

    @Test func `R22: at the cap of connections slow clients make room for prompt ones`() async throws {
        try await Site.run(Site.unlimited + "\nweb: { listen: \"127.0.0.1:0\", maxConnections: 20 }") {
            (site) async throws in
            var clients: [RawClient] = []
            for number in 0..<60 {
                let client = try await RawClient("127.0.0.1:\(site.web.port)")
                try await client.send(number % 2 == 0 ? "POST /forgot HTTP/1.1\r\nHost: x\r\n" : "")
                clients.append(client)
                if number % 5 == 0 { #expect(try await site.web.get("/forgot").status == 200) }
            }
            for client in clients { client.close() }
        }
    }

    @Test func `R22: of requests that are half sent the largest make room, and small ones are served`() async throws {
        try await Site.run { (site) async throws in
            let address = "127.0.0.1:\(site.web.port)"
            let small = try await RawClient(address)
            try await small.send(Self.head + "Content-Length: 19\r\n\r\nemail=")
            let (first, rest) = (String(repeating: "x", count: 62_000), String(repeating: "x", count: 3000))
            let large = try await withThrowingTaskGroup { group in
                for _ in 0..<400 {
                    group.addTask {
                        let client = try await RawClient(address)
                        // Fails where this one was closed already.
                        try? await client.send(Self.head + "Content-Length: 65000\r\n\r\n" + first)
                        return client
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await site.web.get("/forgot").status == 200)
            try await small.send("a@example.net")
            #expect(try await small.readAnswer().hasPrefix("HTTP/1.1 200 "))
            let answered = await withTaskGroup { group in
                for client in large {
                    group.addTask {
                        try? await client.send(rest)
                        let answer = try? await client.readAnswer()
                        client.close()
                        return answer?.isEmpty == false
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            // 270 of them are 16 MiB; a request that has become whole makes room for others.
            #expect((1..<350).contains(answered), "\(answered)")
            small.close()
        }
    }
}
