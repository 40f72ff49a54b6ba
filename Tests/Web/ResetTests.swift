@testable import Accounts
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PasswordReset
import Testing

@testable import Web

@Suite struct ResetTests {
    private static let path = "/reset/\(FlowScript.open)"

    @Test func `an open link shows the form, with its rules before the fields`() async throws {
        try await withSite { client, flow in
            let page = try await client.get(Self.path)
            #expect(page.status == .ok)
            let rules = try #require(page.text.firstRange(of: "at least 12 characters"))
            let field = try #require(page.text.firstRange(of: #"autocomplete="new-password""#))
            #expect(rules.lowerBound < field.lowerBound)
            #expect(page.text.contains(#"action="/reset/\#(FlowScript.open)""#))
            #expect(await flow.redeemed.isEmpty)
        }
    }

    @Test func `HEAD answers as GET does, without the body`() async throws {
        try await withSite { client, _ in
            let get = try await client.get(Self.path)
            let head = try await client.send(.head, Self.path)
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
            #expect(head.headers[.contentLength] == get.headers[.contentLength])
        }
    }

    @Test(arguments: ["nonsense", "%41", "A.A", String(repeating: "B", count: 68), String(repeating: "x", count: 5000)])
    func `what is not ours is 404, the same page as for no page at all`(token: String) async throws {
        try await withSite { client, _ in
            let answer = try await client.get("/reset/\(token)")
            let nothing = try await client.get("/nothing/here")
            #expect(answer.status == .notFound)
            #expect(answer.body == nothing.body)
            let posted = try await client.post("/reset/\(token)", form: "password=x&confirmation=x")
            #expect(posted.status == .notFound)
            #expect(posted.body == nothing.body)
            #expect(try await client.post("/reset/\(token)/renew", form: "").body == nothing.body)
        }
    }

    @Test(arguments: LinkEnd.allCases)
    func `a dead link is 410, says what ended it, and offers a new one`(end: LinkEnd) async throws {
        try await withSite(flow: FlowScript(end: end)) { client, _ in
            let words = try Pages(.testing()).edition(wishes: []).words
            let texts = Refusal.gone(end).texts(in: words)
            let form = "password=correct+horse+battery&confirmation=correct+horse+battery"
            for answer in [
                try await client.get("/reset/\(FlowScript.dead)"),
                try await client.post("/reset/\(FlowScript.dead)", form: form),
                try await client.post("/reset/\(FlowScript.dead)", form: "password=x&confirmation=y"),
            ] {
                #expect(answer.status == .gone)
                #expect(texts.allSatisfy(answer.text.contains))
                #expect(answer.text.contains(#"action="/reset/\#(FlowScript.dead)/renew""#))
            }
        }
    }

    @Test func `a good password redeems the link and leads to the page that says so`() async throws {
        try await withSite { client, flow in
            let answer = try await client.post(
                Self.path, form: "password=caf%C3%A9+au+lait+99&confirmation=caf%C3%A9+au+lait+99")
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/reset/done")
            #expect(answer.headers[.setCookie] == nil)
            #expect(await flow.redeemed.map(\.password) == ["café au lait 99"])
            #expect(try await client.get("/reset/done").status == .ok)
        }
    }

    @Test func `every broken rule is named in one answer`() async throws {
        let refused = FlowScript(redemption: .refused([.tooShort(minimum: 12), .personal], FlowScript.owner))
        try await withSite(flow: refused) { client, _ in
            let answer = try await client.post(Self.path, form: "password=ada&confirmation=ada")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("Use at least 12 characters."))
            #expect(answer.text.contains("made of your name"))
            #expect(answer.text.contains(#"role="alert""#))
            #expect(!answer.text.contains(#"value="ada""#))
        }
    }

    @Test func `fields that differ redeem nothing, and the other rules are named too`() async throws {
        try await withSite { client, flow in
            let answer = try await client.post(Self.path, form: "password=password&confirmation=Password")
            #expect(answer.status == .unprocessableContent)
            #expect(answer.text.contains("Type the same password in both fields."))
            #expect(answer.text.contains("Use at least 12 characters."))
            #expect(await flow.redeemed.isEmpty)
            // Two spellings of é are two passwords until they are prepared.
            _ = try await client.post(Self.path, form: "password=caf%C3%A9&confirmation=cafe%CC%81")
            #expect(await flow.redeemed.isEmpty)
        }
    }

    @Test(arguments: ["", "password=x", "confirmation=x", "password=x&password=x&confirmation=x", "password[]=x"])
    func `a form with a field missing, repeated or bracketed redeems nothing`(form: String) async throws {
        try await withSite { client, flow in
            let answer = try await client.post(Self.path, form: form)
            #expect(answer.status == .unprocessableContent)
            #expect(await flow.redeemed.isEmpty)
        }
    }

    @Test func `a busy hasher and an absent database are 503 with Retry-After`() async throws {
        for failure: any Error in [HashingBusy(), Away()] {
            try await withSite(flow: FlowScript(failure: failure)) { client, _ in
                let answer = try await client.post(Self.path, form: "password=x&confirmation=x")
                #expect(answer.status == .serviceUnavailable)
                #expect(answer.headers[.retryAfter] != nil)
            }
        }
    }

    @Test func `work that takes too long is 503`() async throws {
        var settings = try WebSettings.testing()
        settings.timeLimits.answer = .milliseconds(20)
        try await withSite(settings, flow: FlowScript(hangs: true)) { client, _ in
            let answer = try await client.get(Self.path)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test func `renewing a dead link leads to the page that everybody sees`() async throws {
        try await withSite { client, flow in
            let path = "/reset/\(FlowScript.dead)/renew"
            for answer in [
                try await client.post(path, form: ""), try await client.post(path, body: "", type: nil),
            ] {
                #expect(answer.status == .seeOther)
                #expect(answer.headers[.location] == "/forgot/sent")
            }
            #expect(await flow.renewed == [FlowScript.dead, FlowScript.dead])
            let sent = try await client.get("/forgot/sent")
            let asked = try await client.post("/forgot", form: "email=a@example.org")
            #expect(sent.body == asked.body)
        }
    }
}
