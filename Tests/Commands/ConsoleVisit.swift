import Demo
import TestSupport
import Testing

/// A global administrator's browser in the console: a cookie, and forms with their hidden fields.
struct ConsoleVisit {
    private let web: HTTPExchange
    private let cookie: String

    /// Signs in, as on the site.
    init(_ daemon: RunningDaemon, login: String, password: String) async throws {
        web = daemon.web
        let answer = try await web.post("/admin/sign-in", form: [("login", login), ("password", password)])
        #expect(answer.status == 303)
        cookie = String(try #require(answer.headers["set-cookie"]).prefix { $0 != ";" })
    }

    func page(_ target: String) async throws -> String {
        let answer = try await web.send("GET", target, headers: [("Cookie", cookie)])
        #expect(answer.status == 200, "\(target)")
        return answer.body
    }

    /// Sends the form of a page that has this action, with these fields filled.
    func submit(
        _ action: String, of page: String, _ fields: [(String, String)] = []
    ) async throws -> HTTPExchange.Answer {
        let html = try await self.page(page)
        #expect(html.contains("action=\"\(action)\""))
        let mark = "name=\"token\" value=\""
        let token = try #require(html.firstRange(of: mark).map { html[$0.upperBound...].prefix { $0 != "\"" } })
        return try await web.post(
            action, form: [("token", String(token))] + fields, headers: [("Cookie", cookie)])
    }
}
