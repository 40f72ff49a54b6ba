import CoreMetrics
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import Operations

@Suite struct `operations listener` {
    private let health = Health()
    private let metrics = MetricsRegistry()

    private func application() throws -> some ApplicationProtocol {
        let listener = OperationsListener(
            address: .tcp(host: "127.0.0.1", port: 0), health: health, metrics: metrics,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try #require(listener.application())
    }

    @Test func `is alive before anything is known, but not ready`() async throws {
        try await application().test(.live) { client in
            try await client.execute(uri: "/health/live", method: .get) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body) == "{\"status\":\"ok\"}\n")
            }
            try await client.execute(uri: "/health/ready", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers[.contentType] == "application/json")
            }
        }
    }

    @Test func `is ready, degraded and unavailable as it is told`() async throws {
        for part in ["database", "schema", "relay"] { health.set(part, .ok) }
        try await application().test(.live) { client in
            try await client.execute(uri: "/health/ready", method: .get) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body).hasPrefix(#"{"status":"ok""#))
            }
            health.set("relay", .degraded, "connection refused")
            try await client.execute(uri: "/health/ready?verbose", method: .get) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body).contains(#""relay":"degraded""#))
            }
            health.set("database", .unavailable)
            try await client.execute(uri: "/health/ready", method: .get) { response in
                #expect(response.status == .serviceUnavailable)
            }
        }
    }

    @Test func `metrics are Prometheus text, and nothing is cached`() async throws {
        Counter(label: "claims", factory: metrics).increment()
        try await application().test(.live) { client in
            try await client.execute(uri: "/metrics", method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(String(buffer: response.body).contains("\nresetd_claims_total 1\n"))
            }
        }
    }

    @Test(arguments: ["/", "/health", "/health/live/", "/metrics/x", "/reset/token"])
    func `unknown paths are 404`(path: String) async throws {
        try await application().test(.live) { client in
            try await client.execute(uri: path, method: .get) { #expect($0.status == .notFound) }
        }
    }

    @Test func `wrong methods are 405 and say what is right, and HEAD has no body`() async throws {
        try await application().test(.live) { client in
            for method in [HTTPRequest.Method.post, .delete, .put, .options] {
                try await client.execute(uri: "/metrics", method: method) { response in
                    #expect(response.status == .methodNotAllowed)
                    #expect(response.headers[.allow] == "GET, HEAD")
                }
            }
            try await client.execute(uri: "/metrics", method: .head) { response in
                #expect(response.status == .ok)
                #expect(response.body.readableBytes == 0)
            }
        }
    }

    @Test func `a large body is 413`() async throws {
        try await application().test(.live) { client in
            let body = ByteBuffer(repeating: 0x61, count: 70_000)
            try await client.execute(uri: "/health/live", method: .get, body: body) { response in
                #expect(response.status == .contentTooLarge)
            }
        }
    }

    @Test func `off is no listener`() {
        let listener = OperationsListener(
            address: .off, health: health, metrics: metrics, logger: Logger(label: "test"))
        let application = listener.application()
        #expect(application == nil)
    }
}
