import Foundation
import TestSupport
import Testing

@testable import Web

/// Time limits, the cap on connections, shutdown and Unix sockets, over real sockets.
@Suite struct LiveTests {
    @Test func `a head that dawdles is 408, and its drops of bytes buy no time`() async throws {
        try await withService({ $0.timeLimits.head = .milliseconds(300) }) { address in
            let client = try await RawClient(address)
            try await client.send("GET /forgot HTTP/1.1\r\nX: ")
            try await withThrowingTaskGroup { group in
                group.addTask {
                    // A byte for every exchange on another connection, far more often than the limit.
                    while !Task.isCancelled {
                        _ = try await RawClient.exchange(address, "GET / HTTP/1.0\r\n\r\n")
                        try await client.send("y")
                    }
                }
                expect(try await client.readAnswer(), "408")
                group.cancelAll()
            }
            client.close()
            expect(try await RawClient.exchange(address, "GET /forgot HTT"), "408")
        }
    }

    @Test func `a connection that says nothing is closed without a word`() async throws {
        try await withService({ $0.timeLimits.head = .milliseconds(200) }) { address in
            let answer = try await RawClient.exchange(address, "")
            #expect(answer == "")
        }
        try await withService({ $0.timeLimits.idle = .milliseconds(200) }) { address in
            let client = try await RawClient(address)
            try await client.send(plainRequest)
            expect(try await client.readAnswer(), "200")
            #expect(try await client.readAll() == "")
            client.close()
        }
    }

    @Test func `at the cap the slowest client makes room for the next`() async throws {
        try await withService({ $0.maxConnections = 2 }) { address in
            let slow = try await RawClient(address)
            try await slow.send("GET /forgot HTTP/1.1\r\n")
            // Served, so that the slow one has been accepted before those that follow.
            expect(try await RawClient.exchange(address, "GET /forgot HTTP/1.0\r\n\r\n"), "200")
            let silent = try await RawClient(address)
            let prompt = try await RawClient(address)
            try await prompt.send(plainRequest)
            expect(try await prompt.readAnswer(), "200")
            #expect(try await slow.readAll() == "")
            for client in [slow, silent, prompt] { client.close() }
        }
    }

    @Test func `shutdown closes connections that are kept alive`() async throws {
        let clients = AsyncStream.makeStream(of: RawClient.self)
        try await withService { address in
            let client = try await RawClient(address)
            try await client.send(plainRequest)
            expect(try await client.readAnswer(), "200")
            clients.continuation.yield(client)
            clients.continuation.finish()
        }
        for await client in clients.stream {
            #expect(try await client.readAll() == "")
            client.close()
        }
    }

    @Test func `whoever connected before the shutdown gets an answer to the first request`() async throws {
        let clients = AsyncStream.makeStream(of: (new: RawClient, kept: RawClient).self)
        try await withThrowingTaskGroup { group in
            group.addTask {
                for await (new, kept) in clients.stream {
                    // Closed, so the shutdown is under way.
                    #expect(try await kept.readAll() == "")
                    try await new.send(plainRequest)
                    let answer = try await new.readAll()
                    expect(answer, "200")
                    #expect(answer.lowercased().contains("connection: close"))
                    for client in [new, kept] { client.close() }
                }
            }
            try await withService { address in
                let new = try await RawClient(address)
                // Served, so that the one before it has been accepted.
                let kept = try await RawClient(address)
                try await kept.send(plainRequest)
                expect(try await kept.readAnswer(), "200")
                clients.continuation.yield((new, kept))
                clients.continuation.finish()
            }
            try await group.waitForAll()
        }
    }

    @Test func `a Unix socket is for its group, replaces a stale one, and not one in use`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "resetd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "web").path
        let change: (inout WebSettings) -> Void = { $0.listen = .unix(path: path) }
        for _ in 0..<2 {
            try await withService(change) { address in
                #expect(address == "unix:\(path)")
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o660)
                let request = "GET /forgot HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                expect(try await RawClient.exchange(address, request), "200")
                await #expect(throws: UnixSocketInUse.self) { try await UnixSocket.removeStale(path) }
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
