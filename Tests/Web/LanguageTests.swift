@testable import Accounts
import HTTPTypes
import HummingbirdTesting
import NIOConcurrencyHelpers
import PasswordReset
import Presentation
import Testing

@testable import Web

@Suite struct LanguageTests {
    private static let german: HTTPFields = [.acceptLanguage: "tlh, de-AT;q=0.9, fr;q=0.3"]

    private func words(_ language: String) -> Words { WebSettings.spoken.words(language) }

    @Test func `pages are in a language that the browser asks for, and say which`() async throws {
        try await withSite { client, _ in
            for path in [
                "/forgot", "/forgot/sent", "/password", "/pin", "/reset/done", "/reset/\(FlowScript.dead)", "/x",
            ] {
                let page = try await client.get(path, headers: Self.german)
                #expect(page.headers[.contentLanguage] == "de")
                #expect(page.headers[.vary] == "Accept-Language")
                #expect(page.text.contains(#"<html lang="de" dir="ltr">"#))
            }
            let arabic = try await client.get("/forgot", headers: [.acceptLanguage: "ar"])
            #expect(arabic.text.contains(#"<html lang="ar" dir="rtl">"#))
            #expect(try await client.get("/forgot").headers[.contentLanguage] == "en")
        }
    }

    @Test func `the page of a link is in the account's language before the browser's, and under the brand of its kind`()
        async throws
    {
        let owner = LinkOwner(kind: .contact, locale: "ja_JP")
        var settings = try WebSettings.testing()
        settings.brands = Brands(common: Brand(name: "Common"), contact: Brand(name: "Portal"))
        let flow = FlowScript(owner: owner, redemption: .refused([.common], owner))
        try await withSite(settings, flow: flow) { client, _ in
            let path = "/reset/\(FlowScript.open)"
            let form = try await client.get(path, headers: Self.german)
            let refused = try await client.post(path, form: "password=x&confirmation=x", headers: Self.german)
            let differs = try await client.post(path, form: "password=x&confirmation=y", headers: Self.german)
            for page in [form, refused, differs] {
                #expect(page.headers[.contentLanguage] == "ja")
                #expect(page.text.contains(#"<p class="brand">Portal</p>"#))
            }
            #expect(refused.text.contains(self.words("ja")[.common]))
        }
    }

    @Test func `a request bears the language of the page that it was made on`() async throws {
        try await withSite { client, flow in
            _ = try await client.post("/forgot", form: "email=a@example.org", headers: Self.german)
            _ = try await client.post("/forgot", form: "email=a@example.org")
            #expect(await flow.submitted.map(\.locale) == ["de", "en"])
        }
    }

    @Test func `problem documents are told in the language asked for, with the same words for programs`() async throws {
        let flow = FlowScript(redemption: .refused([.tooShort(minimum: 12)], FlowScript.owner))
        try await withSite(flow: flow) { client, _ in
            let body = #"{"token":"\#(FlowScript.open)","password":"x"}"#
            let answer = try await client.post(
                "/api/v1/reset", body: body, type: "application/json", headers: Self.german)
            #expect(answer.status == .unprocessableContent)
            #expect(answer.headers[.contentLanguage] == "de")
            #expect(
                answer.text.contains(self.words("de")(.tooShort, 12)) && answer.text.contains(#""code":"too_short""#))
        }
    }

    @Test func `other words take the place of the old ones at the next request`() async throws {
        var settings = try WebSettings.testing()
        let english = try WebSettings.looks()
        let french = try WebSettings.looks(languages: Languages(fallback: "fr"))
        let turns = Turns([english, english, french])
        settings.looks = { turns.next }
        try await withSite(settings) { client, _ in
            // The first is asked for when the site is made.
            let before = try await client.get("/forgot")
            let after = try await client.get("/forgot")
            #expect([before, after].map { $0.headers[.contentLanguage] } == ["en", "fr"])
        }
    }

    @Test func `the page after a change leads to where one signs in, each kind to its own`() async throws {
        var settings = try WebSettings.testing()
        settings.signInURLs = [.contact: "https://portal.example.org/"]
        for kind in AccountKind.allCases {
            try await withSite(settings, flow: FlowScript(redemption: .redeemed(LinkOwner(kind: kind, locale: nil)))) {
                client, _ in
                let form = "password=correct+horse+battery&confirmation=correct+horse+battery"
                let answer = try await client.post("/reset/\(FlowScript.open)", form: form)
                let target = try #require(answer.headers[.location])
                #expect(target == (kind == .contact ? "/reset/done?kind=contact" : "/reset/done"))
                let page = try await client.get(target).text
                #expect(page.contains(#"href="https://portal.example.org/""#) == (kind == .contact))
            }
        }
    }

    @Test func `what a link leads to is in the language and under the brand of its account`() async throws {
        var settings = try WebSettings.testing()
        settings.brands = Brands(
            common: Brand(name: "Acme", colour: Colour("#0a7f5a")),
            contact: Brand(name: "Portal", colour: Colour("#5a0a7f")))
        let owner = LinkOwner(kind: .contact, locale: "fr")
        let flow = FlowScript(end: .changed, owner: owner, redemption: .redeemed(owner))
        try await withSite(settings, flow: flow) { client, _ in
            func expectTheirs(_ answer: TestResponse, _ status: HTTPResponse.Status) {
                #expect(answer.status == status)
                #expect(answer.headers[.contentLanguage] == "fr")
                #expect(answer.text.contains("brand-contact.css") && answer.text.contains("Portal"))
            }
            expectTheirs(try await client.get("/reset/\(FlowScript.open)"), .ok)
            expectTheirs(try await client.get("/reset/\(FlowScript.dead)"), .gone)
            expectTheirs(try await client.get("/not-me/\(FlowScript.open)"), .ok)
            let form = "password=correct+horse+battery&confirmation=correct+horse+battery"
            for (path, body) in [("/reset/\(FlowScript.open)", form), ("/not-me/\(FlowScript.open)", "")] {
                let target = try #require(try await client.post(path, form: body).headers[.location])
                #expect(target.hasSuffix("/done?kind=contact&locale=fr"), "\(target)")
                expectTheirs(try await client.get(target), .ok)
            }
            expectTheirs(try await client.post("/reset/\(FlowScript.dead)", form: form), .gone)
        }
    }

    @Test func `a brand's files are served, and only pages with a logo may load pictures`() async throws {
        var settings = try WebSettings.testing()
        settings.brands = try .testing()
        try await withSite(settings) { client, _ in
            let sheet = try await client.get("/assets/brand-user.css")
            #expect(sheet.headers[.contentType] == "text/css; charset=utf-8" && sheet.text.contains("--accent: #"))
            let logo = try await client.get("/assets/logo")
            #expect(logo.headers[.contentType] == "image/svg+xml" && logo.text.hasPrefix("<svg"))
            #expect(logo.headers[.contentSecurityPolicy]?.contains("img-src 'self';") == true)
        }
        try await withSite { client, _ in
            let page = try await client.get("/forgot")
            #expect(page.headers[.contentSecurityPolicy]?.contains("img-src") == false)
            #expect(try await client.get("/assets/logo").status == .notFound)
        }
    }

    @Test func `password managers find the page where a password is changed`() async throws {
        try await withSite { client, _ in
            let answer = try await client.get("/.well-known/change-password")
            #expect(answer.status == .seeOther && answer.headers[.location] == "/password")
        }
    }
}

/// Gives out one after the other, the last again and again.
private final class Turns: Sendable {
    private let all: [Looks]
    private let index = NIOLockedValueBox(0)

    init(_ all: [Looks]) { self.all = all }

    var next: Looks {
        all[
            index.withLockedValue { index in
                defer { index = min(index + 1, all.count - 1) }
                return index
            }]
    }
}
