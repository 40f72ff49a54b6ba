import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// Goes through every flow, right and wrong, with secrets that are easily found again, and keeps every answer.
final class Canaries {
    private let site: Site
    private(set) var answers: [(text: String, allowed: Set<String>)] = []
    private(set) var tokens: Set<String> = []
    private var session: Set<String> = []

    private static let passwords = (1...6).map { "canary \($0) violet anchor teapot" }
    private static let wrong = ["wrong-canary-9911", "short-can", "password1234", "tab\tcanary-in-it-4711"]
    private static let pins = ["048151", "730294", "591047"]

    init(site: Site) {
        self.site = site
    }

    /// Everything that must be nowhere.
    func all() async throws -> [String] {
        let key = try String(contentsOf: site.daemon.keys, encoding: .utf8).trimmingCharacters(
            in: .whitespacesAndNewlines)
        return Self.passwords + Self.wrong.filter { $0 != "password1234" } + Self.pins + tokens + session + [
            Site.password, String(key.dropFirst(2)),
        ]
    }

    func walk() async throws {
        let first = try await links("mary.baker@example.org", kind: "user")
        try await resetByMail(first)
        try await change()
        try await visitConsole()
        try await upset()
        try await report(try await links("ana@example.com", kind: "contact"))
    }

    /// Paths of the two links in the mail that comes.
    private func links(_ email: String, kind: String) async throws -> (reset: String, notMe: String) {
        let before = site.relay.mails.count
        keep(try await site.ask(email, kind: kind))
        // The first of them: notices may be on their way besides.
        try await site.relay.wait { $0.mails.dropFirst(before).contains { $0.text.contains("/reset/") } }
        let mail = try #require(site.relay.mails.dropFirst(before).first { $0.text.contains("/reset/") })
        let paths = (try site.path("reset", in: mail), try site.path("not-me", in: mail))
        for path in [paths.0, paths.1] { tokens.insert(Self.last(path)) }
        return paths
    }

    private func resetByMail(_ link: (reset: String, notMe: String)) async throws {
        let token = Self.last(link.reset)
        keep(try await site.web.get(link.reset), [token])
        keep(try await site.web.get(link.notMe), [Self.last(link.notMe)])
        keep(try await site.web.get("/reset/\(token)x"))
        keep(try await site.web.get("/reset/done?token=\(token)"))
        for wrong in Self.wrong { keep(try await site.redeem(link.reset, wrong), [token]) }
        keep(
            try await site.web.post(
                link.reset, form: [("password", Self.passwords[0]), ("confirmation", Self.passwords[1])]),
            [token])
        keep(try await site.json("/api/v1/reset", ["token": token, "password": Self.wrong[1]]))
        keep(try await site.json("/api/v1/reset", ["token": token, "password": Self.passwords[0]]))
        keep(try await site.redeem(link.reset, Self.passwords[1]), [token])
        keep(try await site.web.get(link.reset), [token])
        keep(try await site.web.post("\(link.reset)/renew", form: []))
        keep(try await site.web.send("POST", link.reset, body: "password=\(Self.wrong[0])"), [token])
        keep(try await site.web.send("DELETE", link.reset), [token])
    }

    private func change() async throws {
        keep(try await site.changePassword(from: Self.wrong[0], to: Self.passwords[1]))
        for wrong in Self.wrong { keep(try await site.changePassword(from: Self.passwords[0], to: wrong)) }
        let form = [
            ("kind", "user"), ("login", "mary"), ("current", Self.passwords[0]), ("password", Self.passwords[1]),
            ("confirmation", Self.passwords[1]),
        ]
        keep(try await site.web.post("/password", form: form.dropLast() + [("confirmation", Self.passwords[2])]))
        keep(try await site.web.post("/password", form: form))
        keep(try await site.changePIN(from: Site.pin, to: Self.pins[0]))
        keep(
            try await site.web.post(
                "/pin",
                form: [
                    ("login", "mary"), ("current", Self.pins[0]), ("pin", Self.pins[1]), ("confirmation", Self.pins[2]),
                ]))
        keep(
            try await site.web.post(
                "/pin",
                form: [
                    ("login", "mary"), ("current", Self.pins[2]), ("pin", Self.pins[1]), ("confirmation", Self.pins[1]),
                ]))
        keep(
            try await site.web.send(
                "POST", "/api/v1/password", headers: [("Content-Type", "application/json")],
                body: "{\"current\":\"\(Self.wrong[0])\""))
        // By a query, which no form of ours does: it must end up in no log either.
        keep(try await site.web.get("/password?current=\(Self.wrong[0])&token=\(tokens.first ?? "")"))
    }

    private func visitConsole() async throws {
        keep(try await site.web.post("/admin/sign-in", form: [("login", "boss"), ("password", Self.wrong[0])]))
        let visit = try await site.console()
        session.insert(String(visit.cookie.drop { $0 != "=" }.dropFirst()))
        let page = try await visit.page("/admin/users/2")
        let formToken = try ConsoleVisit.formToken(in: page)
        session.insert(formToken)
        answers.append((page, [formToken]))
        for (act, fields) in [
            ("password", [("password", Self.passwords[3]), ("confirmation", Self.passwords[3])]),
            ("password", [("password", Self.wrong[1]), ("confirmation", Self.wrong[1])]),
            ("password", [("password", Self.passwords[4]), ("confirmation", Self.passwords[5])]),
            ("pin", [("pin", Self.pins[2]), ("confirmation", Self.pins[2])]), ("unlock", []), ("reset-link", []),
        ] { keep(try await visit.submit("/admin/users/2/\(act)", of: "/admin/users/2", fields), [formToken]) }
        for path in ["audit", "requests", "users", "duplicates", "contacts/1"] {
            answers.append((try await visit.page("/admin/\(path)"), [formToken]))
        }
        keep(
            try await site.web.post(
                "/admin/users/2/password", form: [("password", Self.passwords[4])], headers: [("Cookie", visit.cookie)]),
            [formToken])
        let mails = site.relay.mails.flatMap { $0.text.split(separator: "\r\n") }
        for line in mails
        where line.hasPrefix("\(site.daemon.base)/reset/") || line.hasPrefix("\(site.daemon.base)/not-me/") {
            tokens.insert(Self.last(String(line)))
        }
    }

    /// The database refuses, and is away, in the middle of it all.
    private func upset() async throws {
        let link = try await links("mary.baker@example.org", kind: "user")
        try await site.database.executeScript("ALTER TABLE resetd.audit ADD CONSTRAINT upset CHECK (false) NOT VALID")
        keep(try await site.redeem(link.reset, Self.passwords[4]), [Self.last(link.reset)])
        keep(try await site.changePassword(from: Self.passwords[3], to: Self.passwords[4]))
        keep(try await site.changePIN(from: Self.pins[2], to: Self.pins[0]))
        keep(try await site.web.post("/admin/sign-in", form: [("login", "boss"), ("password", Site.password)]))
        try await site.database.executeScript("ALTER TABLE resetd.audit DROP CONSTRAINT upset")
        let ended = answers.suffix(4).map { $0.text.prefix(3) }
        #expect(ended == ["503", "503", "503", "503"])
        for _ in 0..<5 { keep(try await site.changePassword(from: Self.wrong[0], to: Self.passwords[5])) }
        keep(try await site.redeem(link.reset, Self.passwords[5]), [Self.last(link.reset)])
    }

    private func report(_ link: (reset: String, notMe: String)) async throws {
        keep(try await site.web.post(link.notMe, form: []))
        keep(try await site.web.post(link.notMe, form: []))
        keep(try await site.redeem(link.reset, Self.passwords[5]), [Self.last(link.reset)])
    }

    private func keep(_ answer: HTTPExchange.Answer, _ allowed: Set<String> = []) {
        let head = answer.headers.map { "\($0): \($1)" }.joined(separator: "\n")
        answers.append(("\(answer.status) \(head)\n\(answer.body)", allowed))
    }

    private static func last(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
