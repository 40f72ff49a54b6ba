@testable import Accounts
import HTTPTypes
import HummingbirdTesting
import PasswordReset
import Testing

@testable import Web

@Suite struct ForgotTests {
    @Test func `the page asks for an address, names the rules for Mobile, and loads nothing from elsewhere`()
        async throws
    {
        try await withSite { client, _ in
            let page = try await client.get("/forgot")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.text.contains(#"<form method="post" action="/forgot">"#))
            #expect(page.text.contains(#"autocomplete="email""#))
            #expect(page.text.contains("Mobile"))
            #expect(page.text.contains(#"<script defer src="/assets/site.js"></script>"#))
            #expect(page.text.contains(#"href="/assets/site.css""#))
            #expect(!page.text.contains("//"))
        }
    }

    @Test func `every address gets the same bytes, and is queued as it was typed`() async throws {
        try await withSite { client, flow in
            let first = try await client.post("/forgot", form: "email=a%2Bb%40example.org&kind=contact")
            let second = try await client.post("/forgot", form: "email=nobody%40nowhere.example&kind=")
            #expect(first.status == .ok)
            #expect(first.body == second.body)
            #expect(first.headers.map(\.name) == second.headers.map(\.name))
            #expect(await flow.submitted.map(\.email) == ["a+b@example.org", "nobody@nowhere.example"])
            #expect(await flow.submitted.map(\.kind) == [.contact, nil])
        }
    }

    @Test(arguments: [
        "", "kind=user", "email=", "email=a@b&email=c@d", "email[]=a@b", "email=a@b&email[]=c@d", "email=a%ZZ@b",
        "email=a%4", "email=a%FF@b", "email=a%00@b", "email=a@b&kind=admin", "email=a@b&kind[0]=user",
        "%65mail=a@b&email=c@d",
    ])
    func `a form that is not exactly one is 422, without echo, and queues nothing`(form: String) async throws {
        try await withSite { client, flow in
            let answer = try await client.post("/forgot", form: form)
            #expect(answer.status == .unprocessableContent)
            #expect(!answer.text.contains("a@b"))
            #expect(await flow.submitted.isEmpty)
        }
    }

    @Test func `what is no address is told so at its field, which keeps what was typed and has the focus`() async throws
    {
        try await withSite { client, flow in
            let answer = try await client.post("/forgot", form: "email=nob%22ody&kind=user")
            let page = answer.text
            #expect(answer.status == .unprocessableContent)
            #expect(await flow.submitted.isEmpty)
            #expect(page.contains(#"value="nob&quot;ody" autofocus"#))
            #expect(page.contains(#"aria-describedby="email-error""#))
            #expect(page.contains(#"id="email-error" role="alert""#))
            #expect(page.contains(#"name="kind" value="user""#))
        }
    }

    @Test func `an application can link to the page of one kind`() async throws {
        try await withSite { client, _ in
            let page = try await client.get("/forgot?kind=contact").text
            #expect(page.contains(#"value="contact""#))
            let odd = try await client.get("/forgot?kind=%22%3E").text
            #expect(!odd.contains("hidden"))
        }
    }

    @Test func `when nothing can be queued the page says so, with Retry-After`() async throws {
        try await withSite(flow: FlowScript(failure: Away())) { client, _ in
            let answer = try await client.post("/forgot", form: "email=a@example.org")
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.headers[.retryAfter] == "5")
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        }
    }
}
