import HTTPTypes
import HummingbirdTesting
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite(.database) struct ConsoleSessionTests {
    @Test(arguments: [
        "UPDATE directory.users SET global_administrator = false WHERE id = 7",
        "UPDATE directory.users SET disabled = true WHERE id = 7",
        "UPDATE directory.users SET password_hash = '$2b$10$x' WHERE id = 7",
        "UPDATE directory.users SET login_id = 'eve' WHERE id = 7",
        "UPDATE directory.users SET email = 'eve@example.org' WHERE id = 7",
        "UPDATE directory.users SET locked_until = 'infinity' WHERE id = 7",
        "DELETE FROM directory.users WHERE id = 7",
        "UPDATE resetd.console_session SET seen_at = now() - interval '30 minutes'",
        "UPDATE resetd.console_session SET created_at = now() - interval '8 hours'",
    ])
    func `a session ends at once with its rights or its time`(change: String) async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            #expect(try await browser.isSignedIn)
            try await site.script(change)
            #expect(try await browser.get("/admin/users").headers[.location] == "/admin/sign-in")
            let post = try await browser.post("/admin/users/8/unlock")
            #expect(post.headers[.location] == "/admin/sign-in")
            #expect(try await site.trail.isEmpty)
        }
    }

    @Test(arguments: [
        "UPDATE resetd.console_session SET seen_at = now() - interval '29 minutes'",
        "UPDATE resetd.console_session SET created_at = now() - interval '479 minutes'",
        "UPDATE directory.users SET locked_until = now() + interval '5 minutes' WHERE id = 7",
        "UPDATE directory.users SET full_name = 'Ada' WHERE id = 7",
    ])
    func `until then it goes on`(change: String) async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            try await site.script(change)
            #expect(try await browser.isSignedIn)
            let isFresh = try await site.value(
                "SELECT seen_at > now() - interval '5 minutes' FROM resetd.console_session")
            #expect(isFresh == "t")
        }
    }

    @Test func `each sign-in has a token of its own, and ends the session that it takes the place of`() async throws {
        try await withConsole { site in
            let first = try await site.signIn()
            let answer = try await site.post(login: "ada", password: ConsoleSite.password, headers: first.headers)
            let cookie = try #require(answer.headers[.setCookie]?.split(separator: ";").first)
            #expect(first.headers[.cookie] != String(cookie))
            #expect(try await !first.isSignedIn)
            let elsewhere = try await site.signIn()
            #expect(try await site.client.get("/admin/users", headers: [.cookie: String(cookie)]).status == .ok)
            #expect(try await elsewhere.isSignedIn)
        }
    }

    @Test func `signing out ends the session on the server, and takes the cookie`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            #expect(try await browser.get("/admin/users").text.contains(#"action="/admin/sign-out""#))
            let answer = try await browser.post("/admin/sign-out")
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/admin/sign-in")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie == "__Host-resetd=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0")
            #expect(try await !browser.isSignedIn)
            #expect(try await site.value("SELECT count(*) FROM resetd.console_session") == "0")
            #expect(try await site.trail == ["user:7 signed_out user:7"])
        }
    }

    @Test func `of two cookies of the name, neither counts`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let cookie = try #require(browser.headers[.cookie])
            let answer = try await site.client.get(
                "/admin/users", headers: [.cookie: "\(cookie); __Host-resetd=x"])
            #expect(answer.status == .seeOther)
        }
    }

    @Test func `a post without the form's token is 403 and does nothing`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let other = try await site.signIn()
            for field in ["", "token=", "token=x", "token=\(other.token)", "token=\(browser.token)x"] {
                for path in [
                    "/admin/sign-out", "/admin/users/8/unlock", "/admin/users/8/login", "/admin/users/8/reset-link",
                    "/admin/contacts/21/password", "/admin/users/8/pin",
                ] {
                    let form = "\(field)&login=new&password=\(ConsoleSite.newPassword)&pin=294715&confirmation=294715"
                    let answer = try await site.client.post(
                        path, form: form.replacing(" ", with: "+"), headers: browser.headers)
                    #expect(answer.status == .forbidden)
                }
            }
            #expect(try await browser.isSignedIn)
            #expect(try await site.trail.isEmpty)
            var headers = browser.headers
            headers[.secFetchSite] = "cross-site"
            let answer = try await site.client.post(
                "/admin/users/8/unlock", form: "token=\(browser.token)", headers: headers)
            #expect(answer.status == .forbidden)
        }
    }
}
