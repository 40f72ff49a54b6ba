import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PasswordReset
import Presentation

@testable import Web

extension WebSettings {
    static let spoken: Languages = {
        guard let languages = try? Languages() else { preconditionFailure("English is built in") }
        return languages
    }()

    static func looks(_ overrides: TemplateFile..., languages: Languages = spoken) throws -> Looks {
        Looks(languages: languages, templates: try PageTemplates(overrides: overrides))
    }

    static func testing(_ base: String = "https://accounts.example.org") throws -> WebSettings {
        var settings = WebSettings(linkBase: try LinkBase(base), looks: try looks())
        settings.limits = { (0, 0) }
        return settings
    }
}

/// Sends requests to the routes, without a socket.
struct SiteClient {
    let client: any TestClientProtocol

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers)
    }

    func send(_ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: path, method: method, headers: headers)
    }

    func post(
        _ path: String, form: String, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await post(path, body: form, type: "application/x-www-form-urlencoded", headers: headers)
    }

    func post(_ path: String, json: String) async throws -> TestResponse {
        try await post(path, body: json, type: "application/json")
    }

    func post(
        _ path: String, body: String, type: String?, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = type
        return try await client.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
    }
}

func withSite(
    _ settings: WebSettings? = nil, flow: FlowScript = FlowScript(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    _ test: @Sendable (SiteClient, FlowScript) async throws -> Void
) async throws {
    let site = try Site(try settings ?? .testing(), flow: flow, now: now)
    let application = Application(responder: site, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await application.test(.router) { try await test(SiteClient(client: $0), flow) }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
