package import Demo
internal import Testing

/// A global administrator's browser in the console: a cookie, and forms with their hidden fields.
package struct ConsoleVisit {
    private let web: HTTPExchange
    /// As the browser sends it, `name=value`.
    package let cookie: String

    /// Signs in, as on the site.
    package init(_ daemon: RunningDaemon, login: String, password: String) async throws {
        web = daemon.web
        let answer = try await web.post("/admin/sign-in", form: [("login", login), ("password", password)])
        #expect(answer.status == 303)
        cookie = String(try #require(answer.headers["set-cookie"]).prefix { $0 != ";" })
    }

    package func page(_ target: String) async throws -> String {
        let answer = try await web.send("GET", target, headers: [("Cookie", cookie)])
        #expect(answer.status == 200, "\(target)")
        return answer.body
    }

    /// Sends the form of a page that has this action, with these fields filled.
    package func submit(
        _ action: String, of page: String, _ fields: [(String, String)] = []
    ) async throws -> HTTPExchange.Answer {
        let html = try await self.page(page)
        #expect(html.contains("action=\"\(action)\""))
        return try await web.post(
            action, form: [("token", try Self.formToken(in: html))] + fields, headers: [("Cookie", cookie)])
    }

    /// The hidden field by which the daemon knows its own forms.
    package static func formToken(in html: String) throws -> String {
        let mark = "name=\"token\" value=\""
        return String(try #require(html.firstRange(of: mark).map { html[$0.upperBound...].prefix { $0 != "\"" } }))
    }
}
