@testable import Accounts
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PasswordReset
import Testing

@testable import Web

@Suite struct ResetAPITests {
    private static let token = FlowScript.open

    private func problem(_ answer: TestResponse) throws -> [String: Any] {
        #expect(answer.headers[.contentType] == "application/problem+json")
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
        let problem = try #require(object as? [String: Any])
        #expect(problem["status"] as? Int == answer.status.code)
        #expect(problem["title"] as? String == answer.status.reasonPhrase)
        return problem
    }

    @Test func `a well-formed request is 202 and queued`() async throws {
        try await withSite { client, flow in
            for body in [
                #"{"email":"ada@example.org"}"#, #"{"email":"ada@example.org","kind":null,"locale":"pt-BR"}"#,
                #" {"kind" : "user" , "email" : "\u0061da\u0040example.org" , "x" : "y"} "#, #"{"email":"no address"}"#,
            ] {
                let answer = try await client.post("/api/v1/reset-requests", json: body)
                #expect(answer.status == .accepted)
                #expect(answer.body.readableBytes == 0)
            }
            let submitted = await flow.submitted
            #expect(submitted.map(\.email) == Array(repeating: "ada@example.org", count: 3) + ["no address"])
            #expect(submitted.map(\.kind) == [nil, nil, .user, nil])
            #expect(submitted.map(\.locale) == [nil, "pt-BR", nil, nil])
        }
    }

    @Test(arguments: [
        "", "null", "[]", #""a@b""#, "{}", #"{"email":null}"#, #"{"email":""}"#, #"{"email":["a@b"]}"#,
        #"{"email":{"a":"b"}}"#, #"{"email":1}"#, #"{"email":true}"#, #"{"email":"a@b","email":"c@d"}"#,
        #"{"email":"a@b","\u0065mail":"c@d"}"#, #"{"email":"a@b"}{}"#, #"{"email":"a@b",}"#, #"{"email":"a\u0000@b"}"#,
        #"{"email":"a\ud800@b"}"#, #"{"email":"a@b","kind":"admin"}"#, #"{"email":"a@b","locale":"../x"}"#,
        #"{"email":"a@b","x":[1]}"#, #"{"email[]":"a@b","email":"a@b"}"#, "{\"email\":\"a\n@b\"}", #"{'email':'a@b'}"#,
    ])
    func `anything else is 422 as a problem document, without echo`(body: String) async throws {
        try await withSite { client, flow in
            let answer = try await client.post("/api/v1/reset-requests", json: body)
            #expect(answer.status == .unprocessableContent)
            #expect(try problem(answer)["reason"] as? String == "malformed")
            #expect(!answer.text.contains("@"))
            #expect(await flow.submitted.isEmpty)
        }
    }

    @Test func `redeeming answers 204, 404, 410 with the end, or 422 with every rule`() async throws {
        let weak = FlowScript(end: .expired, redemption: .refused([.tooShort(minimum: 12), .common], FlowScript.owner))
        try await withSite { client, _ in
            let answer = try await client.post(
                "/api/v1/reset", json: #"{"token":"\#(Self.token)","password":"correct horse"}"#)
            #expect(answer.status == .noContent)
            #expect(answer.headers[.contentLength] == nil)
        }
        try await withSite(flow: weak) { client, _ in
            let short = try await client.post("/api/v1/reset", json: #"{"token":"\#(Self.token)","password":"x"}"#)
            #expect(short.status == .unprocessableContent)
            let violations = try #require(try problem(short)["violations"] as? [[String: String]])
            #expect(violations.map { $0["code"] } == ["too_short", "common"])
            let dead = try await client.post("/api/v1/reset", json: #"{"token":"\#(FlowScript.dead)","password":"x"}"#)
            #expect(dead.status == .gone)
            #expect(try problem(dead)["reason"] as? String == "expired")
            let foreign = try await client.post("/api/v1/reset", json: #"{"token":"","password":"x"}"#)
            #expect(foreign.status == .notFound)
            #expect(try problem(foreign)["violations"] == nil)
        }
    }

    @Test func `an absent database is 503 with Retry-After`() async throws {
        try await withSite(flow: FlowScript(failure: Away())) { client, _ in
            let answer = try await client.post("/api/v1/reset-requests", json: #"{"email":"a@b.example"}"#)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] == "5")
            _ = try problem(answer)
        }
    }
}
