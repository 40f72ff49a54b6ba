import HTTPTypes
import HummingbirdTesting
import PasswordReset
import Testing

@testable import Accounts
@testable import Web

/// `/password` and `/pin`, as pages and as JSON.
@Suite struct WebChangeTests {
    private let form = "kind=user&login=mary%22%3E&current=old+secret&password=new+secret&confirmation=other"
    private let json = #"{"kind":"user","login":"mary","current":"old","password":"new"}"#
    private let pinJSON = #"{"login":"mary","current":"284617","pin":"004815"}"#

    @Test func `a change by a form is 303, and says all that was typed`() async throws {
        try await withSite { client, flow in
            let answer = try await client.post("/password", form: form)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/password/done")
            #expect(try await client.get("/password/done").status == .ok)
            let pin = try await client.post("/pin", form: "login=mary&current=284617&pin=004815&confirmation=004815")
            #expect(pin.headers[.location] == "/pin/done")
            let changes = await flow.changes
            #expect(changes.map(\.secret) == [.password, .pin])
            #expect(changes.map(\.kind) == [.user, .user])
            #expect(changes.map(\.current) == ["old secret", "284617"])
            #expect(changes.map(\.new) == ["new secret", "004815"])
            #expect(changes.map(\.confirmation) == ["other", "004815"])
        }
    }

    @Test(arguments: [
        (ChangeOutcome.wrong, 401, nil), (.locked(seconds: 90), 423, "90"), (.locked(seconds: nil), 423, nil),
        (.refused([.tooShort(minimum: 12), .confirmationDiffers]), 422, nil),
    ])
    func `a refusal shows the form again with the login, and with no secret`(
        outcome: ChangeOutcome, status: Int, wait: String?
    ) async throws {
        try await withSite(flow: FlowScript(change: outcome)) { client, _ in
            let answer = try await client.post("/password", form: form)
            #expect(answer.status.code == status)
            #expect(answer.headers[.retryAfter] == wait)
            #expect(answer.text.contains(#"value="mary&quot;&gt;""#))
            #expect(answer.text.contains(#"role="alert""#))
            #expect(!answer.text.contains("secret"))
            let api = try await client.post("/api/v1/password", json: json)
            #expect(api.status.code == status)
            #expect(api.headers[.retryAfter] == wait)
            #expect(api.headers[.contentType] == "application/problem+json")
        }
    }

    @Test(arguments: [
        "login=a&current=b&password=c&confirmation=c", "kind=admin&login=a&current=b&password=c&confirmation=c",
        "kind=user&kind=user&login=a&current=b&password=c&confirmation=c",
        "kind=user&login=a&password=c&confirmation=c", "kind=user&login=a&current=b&confirmation=c",
    ])
    func `a form with a field too few or too many is 422, and nothing is tried`(form: String) async throws {
        try await withSite { client, flow in
            let answer = try await client.post("/password", form: form)
            #expect(answer.status == .unprocessableContent)
            #expect(await flow.changes.isEmpty)
        }
    }

    @Test func `JSON is 204, and takes the PIN as text`() async throws {
        try await withSite { client, flow in
            let changed = try await client.post("/api/v1/password", json: json)
            #expect(changed.status == .noContent)
            #expect(try await client.post("/api/v1/pin", json: pinJSON).status == .noContent)
            #expect(try await client.post("/api/v1/password", json: pinJSON).status == .unprocessableContent)
            #expect(await flow.changes.map(\.new) == ["new", "004815"])
        }
    }

    @Test func `a refused PIN is not called a password`() async throws {
        try await withSite(flow: FlowScript(change: .refused([.digitSequence]))) { client, _ in
            let answer = try await client.post("/api/v1/pin", json: pinJSON)
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains(#""reason":"pin_refused""#))
        }
    }

    @Test(arguments: ["20.1.9", "20.1", "19.99.99", "", "20.1.11-beta", "new", "20..11", "1.2.3.4.5", "٢٠.١.١١"])
    func `an App that is too old, or does not say how old it is, is 426 before anything else`(
        version: String
    ) async throws {
        try await withSite { client, flow in
            for route in ["/api/v1/password", "/api/v1/pin"] {
                var headers: HTTPFields = [try #require(.init("X-Client")): "App"]
                headers[try #require(.init("X-Client-Version"))] = version
                let answer = try await client.post(route, body: "no JSON", type: "text/plain", headers: headers)
                #expect(answer.status == .upgradeRequired)
                #expect(answer.text.contains("20.1.11"))
            }
            #expect(await flow.changes.isEmpty)
        }
    }

    @Test(arguments: [
        ("app", "20.1.11"), ("app", "20.1.11.0"), ("app", "20.2"), ("APP", " 21.1.3"), ("app", "100"), ("mobile", "1"),
        ("portal", ""), ("professional", "x"),
    ])
    func `other clients, and newer Apps, are served`(name: String, version: String) async throws {
        try await withSite { client, _ in
            var headers: HTTPFields = [try #require(.init("X-Client")): name]
            headers[try #require(.init("X-Client-Version"))] = version
            let answer = try await client.post("/api/v1/pin", body: pinJSON, type: "application/json", headers: headers)
            #expect(answer.status == .noContent)
        }
    }

    @Test func `opening "this was not me" changes nothing; posting does it, and a second post says so too`()
        async throws
    {
        try await withSite { client, flow in
            let target = "/not-me/\(FlowScript.open)"
            for _ in 0..<2 {
                let page = try await client.get(target)
                #expect(page.text.contains("Lock my account"))
            }
            #expect(await flow.reported.isEmpty)
            for _ in 0..<2 {
                let answer = try await client.post(target, form: "")
                #expect(answer.headers[.location] == "/not-me/done")
            }
            #expect(try await client.get("/not-me/done").status == .ok)
            let dead = try await client.get("/not-me/\(FlowScript.dead)")
            #expect(dead.status == .gone)
            #expect(!dead.text.contains("/renew"))
            #expect(try await client.get("/not-me/\(FlowScript.dead.dropLast())").status == .notFound)
        }
    }
}
