import Foundation
import TestSupport
import Testing

@testable import Web

/// What a request is on the wire, over real sockets.
@Suite struct FramingTests {
    @Test func `one connection serves one request after another`() async throws {
        try await withService { address in
            let client = try await RawClient(address)
            for _ in 0..<3 {
                try await client.send(plainRequest)
                let answer = try await client.readAnswer()
                expect(answer, "200")
                #expect(answer.hasSuffix("</html>\n"))
            }
            client.close()
        }
    }

    @Test func `pipelined requests are answered in turn, a bad one last`() async throws {
        try await withService { address in
            let bad = "GET /forgot HTTP/1.1\r\n\r\n"
            let answer = try await RawClient.exchange(address, plainRequest + plainRequest + bad + plainRequest)
            #expect(answer.components(separatedBy: "HTTP/1.1 200 ").count == 3)
            #expect(answer.components(separatedBy: "HTTP/1.1 400 ").count == 2)
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 4)
        }
    }

    @Test func `sixteen requests may wait for their answers, and the connection ends with the last of them`()
        async throws
    {
        try await withService { address in
            let answer = try await RawClient.exchange(address, String(repeating: plainRequest, count: 40))
            #expect(answer.components(separatedBy: "HTTP/1.1 200 ").count == 17)
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 17)
            #expect(answer.lowercased().components(separatedBy: "connection: close").count == 2)
        }
    }

    @Test(arguments: [
        "GET /forgot HTTP/1.1\r\n\r\n", "GET /forgot HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "nonsense\r\n\r\n",
        "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /forgot HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /forgot HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
    ])
    func `framing that can be read in two ways is 400, and the end`(request: String) async throws {
        try await withService { address in
            expect(try await RawClient.exchange(address, request), "400")
        }
    }

    @Test func `HTTP/1.0 needs no Host, and the connection ends with the answer`() async throws {
        try await withService { address in
            expect(try await RawClient.exchange(address, "GET /forgot HTTP/1.0\r\n\r\n"), "200")
            let close = "GET /forgot HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n"
            expect(try await RawClient.exchange(address, close), "200")
            let upgrade = "GET /forgot HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
            expect(try await RawClient.exchange(address, upgrade), "200")
        }
    }

    @Test func `neither Host nor an absolute target gets into a page`() async throws {
        try await withService { address in
            let request =
                "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n"
            let answer = try await RawClient.exchange(address, request + "Connection: close\r\n\r\n")
            expect(answer, "303")
            #expect(answer.lowercased().contains("location: /forgot\r\n"))
            #expect(!answer.contains("evil"))
        }
    }

    @Test func `a hundred header fields pass, one more is refused`() async throws {
        try await withService { address in
            let fields = (0..<98).map { "X-\($0): y\r\n" }.joined()
            let head = "GET /forgot HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            expect(try await RawClient.exchange(address, head + fields + "\r\n"), "200")
            expect(try await RawClient.exchange(address, head + fields + "X: y\r\n\r\n"), "431")
            let long = "X: " + String(repeating: "y", count: 40_000) + "\r\n\r\n"
            expect(try await RawClient.exchange(address, head + long), "431")
        }
    }

    @Test func `a body that is or grows too large is 413`() async throws {
        try await withService { address in
            let head = "POST /api/v1/reset HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            let declared = try await RawClient.exchange(address, head + "Content-Length: 65537\r\n\r\n")
            expect(declared, "413")
            #expect(declared.contains("application/problem+json"))
            let chunk = "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n"
            let endless = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk
            expect(try await RawClient.exchange(address, endless), "413")
            let most = head + "Connection: close\r\nContent-Length: 65536\r\n\r\n"
            expect(try await RawClient.exchange(address, most + String(repeating: "x", count: 65_536)), "422")
        }
    }

    @Test func `a body that was cut off redeems and queues nothing`() async throws {
        let flow = FlowScript()
        try await withService(flow: flow, { $0.timeLimits.body = .milliseconds(200) }) { address in
            let head = "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            let answer = try await RawClient.exchange(address, head + "Content-Length: 50\r\n\r\nemail=a@example.org")
            expect(answer, "408")
            #expect(await flow.submitted.isEmpty)
        }
    }

    @Test func `a client that asks before it sends a body is told to go on`() async throws {
        try await withService { address in
            let client = try await RawClient(address)
            let body = "email=a%40example.org"
            try await client.send(
                "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            #expect(try await client.readAnswer().hasPrefix("HTTP/1.1 100 "))
            try await client.send(body)
            expect(try await client.readAnswer(), "200")
            client.close()
        }
    }
}
