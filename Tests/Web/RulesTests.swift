import HTTPTypes
import HummingbirdTesting
import PasswordReset
import Synchronization
import Testing

@testable import Web

/// What holds for every route.
@Suite struct RulesTests {
    private static let body = "email=a@example.org"

    @Test func `every answer has the security headers, errors too`() async throws {
        try await withSite { client, _ in
            for answer in [
                try await client.get("/"), try await client.get("/forgot"), try await client.get("/assets/site.css"),
                try await client.get("/reset/x"), try await client.get("/nothing"), try await client.get("/api/v1/x"),
                try await client.send(.put, "/forgot"), try await client.post("/forgot", form: ""),
                try await client.post("/api/v1/reset", json: "{}"),
            ] {
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.referrerPolicy] == "no-referrer")
                #expect(answer.headers[.strictTransportSecurity] == "max-age=31536000")
                #expect(answer.headers[.date]?.hasSuffix(" GMT") == true)
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                for rule in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
                    #expect(policy.contains(rule))
                }
            }
        }
        try await withSite(.testing("http://127.0.0.1:8080")) { client, _ in
            let headers = try await client.get("/forgot").headers
            #expect(headers[.strictTransportSecurity] == nil)
        }
    }

    @Test func `a wrong method is 405 with Allow`() async throws {
        try await withSite { client, _ in
            for method in [HTTPRequest.Method.put, .delete, .options, .trace, .patch] {
                let answer = try await client.send(method, "/forgot")
                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow] == "GET, HEAD, POST")
            }
            let get = try await client.get("/api/v1/reset")
            #expect(get.status == .methodNotAllowed)
            #expect(get.headers[.allow] == "POST")
            #expect(get.headers[.contentType] == "application/problem+json")
            #expect(try await client.post("/reset/done", form: "").status == .methodNotAllowed)
        }
    }

    @Test func `a missing or wrong type is 415, a large body 413`() async throws {
        try await withSite { client, flow in
            for type in [
                nil, "text/plain", "application/json", "multipart/form-data; boundary=x",
                "application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded2",
            ] {
                let answer = try await client.post("/forgot", body: Self.body, type: type)
                #expect(answer.status == .unsupportedMediaType)
            }
            #expect(try await client.post("/api/v1/reset", form: "token=x").status == .unsupportedMediaType)
            let type = "Application/X-WWW-Form-Urlencoded; Charset=UTF-8"
            #expect(try await client.post("/forgot", body: Self.body, type: type).status == .ok)
            let large = Self.body + "&x=" + String(repeating: "x", count: 65_536)
            #expect(try await client.post("/forgot", form: large).status == .contentTooLarge)
            let json = try await client.post("/api/v1/reset", json: large)
            #expect(json.status == .contentTooLarge)
            #expect(json.headers[.contentType] == "application/problem+json")
            #expect(await flow.submitted.count == 1)
        }
    }

    @Test(arguments: [
        (nil, nil, true), (nil, "https://accounts.example.org", true), (nil, "https://evil.example", false),
        (nil, "null", false), (nil, "http://accounts.example.org", false), ("same-origin", "null", true),
        ("same-origin", nil, true), ("cross-site", "https://accounts.example.org", false), ("none", nil, false),
        ("same-site", nil, false),
    ])
    func `a post passes by Sec-Fetch-Site, else by Origin`(site: String?, origin: String?, passes: Bool) async throws {
        try await withSite { client, flow in
            var headers: HTTPFields = [:]
            headers[.secFetchSite] = site
            headers[.origin] = origin
            let answer = try await client.post("/forgot", form: Self.body, headers: headers)
            #expect(answer.status == (passes ? .ok : .forbidden))
            #expect(await flow.submitted.count == (passes ? 1 : 0))
            #expect(try await client.get("/forgot", headers: headers).status == .ok)
        }
    }

    @Test func `the limit of a client is exact, by route, and over when the minute is`() async throws {
        let clock = Mutex(ContinuousClock.now)
        var settings = try WebSettings.testing()
        settings.limits = { (3, 0) }
        try await withSite(settings, now: { clock.withLock { $0 } }) { client, flow in
            for _ in 0..<3 { #expect(try await client.post("/forgot", form: Self.body).status == .ok) }
            let answer = try await client.post("/forgot", form: Self.body)
            #expect(answer.status == .tooManyRequests)
            let wait = try #require(answer.headers[.retryAfter].flatMap { Int($0) })
            let api = #"{"email":"a@example.org"}"#
            #expect(try await client.post("/api/v1/reset-requests", json: api).status == .accepted)
            #expect(try await client.get("/forgot").status == .ok)
            clock.withLock { $0 += .seconds(wait) }
            #expect(try await client.post("/forgot", form: Self.body).status == .ok)
            #expect(await flow.submitted.count == 5)
        }
    }

    @Test func `the limit of all counts what queues a request`() async throws {
        var settings = try WebSettings.testing()
        settings.limits = { (0, 2) }
        try await withSite(settings) { client, _ in
            let api = #"{"email":"a@example.org"}"#
            #expect(try await client.post("/forgot", form: Self.body).status == .ok)
            #expect(try await client.post("/api/v1/reset-requests", json: api).status == .accepted)
            let third = try await client.post("/api/v1/reset-requests", json: api)
            #expect(third.status == .tooManyRequests)
            #expect(third.headers[.retryAfter] != nil)
            #expect(third.headers[.contentType] == "application/problem+json")
            let reset = #"{"token":"x","password":"y"}"#
            #expect(try await client.post("/api/v1/reset", json: reset).status == .notFound)
        }
    }

    @Test func `under a path, everything is under it`() async throws {
        try await withSite(.testing("https://example.org/accounts")) { client, _ in
            #expect(try await client.get("/forgot").status == .notFound)
            #expect(try await client.get("/accounts/").headers[.location] == "/accounts/forgot")
            let page = try await client.get("/accounts/forgot").text
            #expect(page.contains(#"action="/accounts/forgot""#))
            #expect(page.contains(#"href="/accounts/assets/site.css""#))
            #expect(try await client.get("/accounts/assets/site.css").status == .ok)
            let path = "/accounts/reset/\(FlowScript.open)"
            #expect(try await client.get(path).text.contains(#"action="\#(path)""#))
            let done = try await client.post(path, form: "password=x&confirmation=x")
            #expect(done.headers[.location] == "/accounts/reset/done")
            #expect(try await client.get("/accounts/api/v1/x").headers[.contentType] == "application/problem+json")
        }
    }
}
