import HTTPTypes
import HummingbirdTesting
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite(.database) struct ConsoleSignInTests {
    private static let pages = [
        "/admin", "/admin/", "/admin/users", "/admin/users/7", "/admin/users/none", "/admin/contacts",
        "/admin/contacts/21", "/admin/clients", "/admin/clients/31", "/admin/requests", "/admin/duplicates",
        "/admin/audit", "/admin/users?q=%zz",
    ]
    private static let posts = [
        "/admin/sign-out", "/admin/users/7/password", "/admin/users/7/pin", "/admin/users/7/unlock",
        "/admin/users/7/reset-link", "/admin/users/7/login", "/admin/contacts/21/password",
        "/admin/contacts/21/unlock", "/admin/contacts/21/reset-link", "/admin/contacts/21/login",
    ]
    private static let cookies = [
        nil, "__Host-resetd=", "__Host-resetd=nonsense", "__Host-resetd=" + String(repeating: "A", count: 43),
        "resetd=" + String(repeating: "A", count: 43),
    ]

    @Test func `without a session every page and every post leads to the sign-in`() async throws {
        try await withConsole { site in
            for cookie in Self.cookies {
                var headers: HTTPFields = [:]
                headers[.cookie] = cookie
                for path in Self.pages {
                    let answer = try await site.client.get(path, headers: headers)
                    #expect(answer.status == .seeOther, "\(path)")
                    #expect(answer.headers[.location] == "/admin/sign-in")
                }
                for path in Self.posts {
                    let answer = try await site.client.post(path, form: "token=x&login=x", headers: headers)
                    #expect(answer.status == .seeOther, "\(path)")
                    #expect(answer.headers[.location] == "/admin/sign-in")
                }
            }
            #expect(try await site.trail.isEmpty)
        }
    }

    @Test func `a site without a console has no such pages`() async throws {
        try await withSite { client, _ in
            for path in Self.pages + ["/admin/sign-in"] {
                let answer = try await client.get(path)
                #expect(answer.status == .notFound)
            }
        }
    }

    @Test func `signing in leads to the users, with a cookie of this host alone`() async throws {
        try await withConsole { site in
            let form = try await site.client.get("/admin/sign-in")
            #expect(form.status == .ok)
            #expect(form.text.contains(#"action="/admin/sign-in""#))
            let answer = try await site.post(login: "ada", password: ConsoleSite.password)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/admin/users")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-resetd="))
            #expect(
                cookie.split(separator: ";").dropFirst().map { $0.trimmingSpaces }
                    == ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"])
            let token = try #require(cookie.split(separator: ";").first?.dropFirst("__Host-resetd=".count))
            let stored = try await site.value("SELECT digest FROM resetd.console_session")
            #expect(stored != nil && stored != String(token))
            let headers: HTTPFields = [.cookie: "theme=dark; __Host-resetd=\(token)"]
            #expect(try await site.client.get("/admin/users", headers: headers).status == .ok)
            for path in ["/admin", "/admin/", "/admin/sign-in"] {
                let again = try await site.client.get(path, headers: headers)
                #expect(again.status == .seeOther)
                #expect(again.headers[.location] == "/admin/users")
            }
            #expect(try await site.value("SELECT actor FROM resetd.audit WHERE action = 'signed_in'") == "user:7")
        }
    }

    @Test func `by http, which is of this machine alone, the cookie says neither Secure nor __Host-`() async throws {
        try await withConsole("http://127.0.0.1:8080") { site in
            let answer = try await site.post(login: "ada", password: ConsoleSite.password)
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("resetd="))
            #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
            #expect(try await site.signIn().isSignedIn)
        }
    }

    @Test func `under a path, everything is under it`() async throws {
        try await withConsole("https://example.org/accounts") { site in
            let lost = try await site.client.get("/accounts/admin/users")
            #expect(lost.headers[.location] == "/accounts/admin/sign-in")
            let browser = try await site.signIn(base: "/accounts")
            let page = try await browser.get("/accounts/admin/users/8").text
            for path in ["sign-out", "users/8/password", "users/8/reset-link"] {
                #expect(page.contains(#"action="/accounts/admin/\#(path)""#))
            }
            let done = try await browser.post("/accounts/admin/users/8/unlock")
            #expect(done.headers[.location] == "/accounts/admin/users/8?done=unlock")
        }
    }

    @Test(arguments: [
        ("ada", "wrong horse"), ("nobody\"><b>", ConsoleSite.password), ("ned", ConsoleSite.password),
        ("bob", ConsoleSite.password), ("", ""),
    ])
    func `a failed sign-in is 401 with the form and the login again`(login: String, password: String) async throws {
        try await withConsole { site in
            let answer = try await site.post(login: login, password: password)
            #expect(answer.status == .unauthorized)
            #expect(answer.headers[.setCookie] == nil)
            #expect(answer.text.contains(#"name="password" type="password""#))
            #expect(answer.text.contains(#"value="\#(HTMLText().escapeText(login))""#))
            #expect(answer.text.contains(#"role="alert""#))
            #expect(!answer.text.contains("wrong horse"))
            #expect(try await site.value("SELECT count(*) FROM resetd.console_session") == "0")
            #expect(try await site.trail.map { $0.split(separator: " ")[1] } == ["sign_in_refused"])
        }
    }

    @Test func `too many wrong ones say when to come back, and are failed sign-ins as others`() async throws {
        try await withConsole { site in
            for _ in 0..<ConsoleSite.failures {
                #expect(try await site.post(login: "ada", password: "wrong horse").status == .unauthorized)
            }
            let answer = try await site.post(login: "ada", password: ConsoleSite.password)
            #expect(answer.status == .unauthorized)
            #expect(answer.text.contains("Please try again in 15 minutes"))
            #expect(answer.headers[.setCookie] == nil)
            let seconds = try #require(answer.headers[.retryAfter].flatMap { Int($0) })
            #expect((800...900).contains(seconds))
            #expect(answer.text.contains(#"value="ada""#))
            try await site.script("UPDATE directory.users SET locked_until = 'infinity' WHERE id = 7")
            let forGood = try await site.post(login: "ada", password: ConsoleSite.password)
            #expect(forGood.status == .unauthorized && forGood.text.contains("can unlock"))
            #expect(forGood.headers[.retryAfter] == nil)
        }
    }

    @Test func `sign-ins are limited for each client`() async throws {
        var settings = try WebSettings.testing()
        settings.limits = { (2, 0) }
        try await withConsole(settings) { site in
            for _ in 0..<2 { #expect(try await site.post(login: "x", password: "y").status == .unauthorized) }
            let answer = try await site.post(login: "x", password: "y")
            #expect(answer.status == .tooManyRequests)
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test(arguments: ["login=ada", "password=x", "login=a&login=b&password=x", "login=%zz&password=x"])
    func `a damaged form of the sign-in is 422`(form: String) async throws {
        try await withConsole { site in
            let answer = try await site.client.post("/admin/sign-in", form: form)
            #expect(answer.status == .unprocessableContent)
        }
    }
}
