import Hummingbird
import HummingbirdTesting
import Logging
import PasswordReset
import Testing

@testable import Web

/// Runs the service in a group, which is shut down gracefully when `test` returns.
func withService(
    flow: FlowScript = FlowScript(), _ change: (inout WebSettings) throws -> Void = { _ in },
    _ test: @Sendable (String) async throws -> Void
) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var settings = try WebSettings.testing("http://127.0.0.1:8080")
    settings.listen = .tcp(host: "127.0.0.1", port: 0)
    try change(&settings)
    let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
    let service = try WebService(settings: settings, flow: flow, logger: logger) { continuation.yield($0) }
    let application = Application(
        responder: try Site(settings, flow: flow), services: [service], logger: logger)
    try await application.test(.router) { _ in
        for await address in addresses { return try await test(address) }
    }
}

/// An answer of this status, with the headers that every answer has.
func expect(
    _ answer: String, _ status: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(60))", sourceLocation: sourceLocation)
    #expect(answer.contains("content-security-policy") || answer.contains("Content-Security-Policy"))
    #expect(answer.contains("no-store"))
}

/// The plainest request, for a connection that is kept alive.
let plainRequest = "GET /forgot HTTP/1.1\r\nHost: x\r\n\r\n"
