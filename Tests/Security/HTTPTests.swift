import Foundation
import Postgres
import TestSupport
import Testing

@testable import Demo

/// What answers say of themselves, and what requests may be.
@Suite(.database, .timeLimit(.minutes(5)))
struct HTTPTests {
    private static let form = ("Content-Type", "application/x-www-form-urlencoded")
    private static let json = ("Content-Type", "application/json")

    @Test(arguments: ["http://127.0.0.1:8080", "https://account.example.org"])
    func `R20: every answer, errors too, says what browsers may do with it`(base: String) async throws {
        try await Site.run(base: base) { (site) async throws in
            let web = site.web
            var answers = [
                try await web.get("/"), try await web.get("/forgot"), try await web.get("/assets/site.css"),
                try await web.get("/password"), try await web.get("/pin"), try await web.get("/admin"),
                try await web.get("/admin/sign-in"), try await web.get("/reset/x"), try await web.get("/nothing"),
                try await web.get("/api/v1/nothing"), try await web.get("/api/v1/password"),
                try await web.send("PUT", "/forgot"), try await web.send("POST", "/forgot"),
                try await web.send("POST", "/forgot", headers: [Self.form], body: "x"),
                try await web.send(
                    "POST", "/forgot", headers: [Self.form, ("Sec-Fetch-Site", "cross-site")], body: "x"),
                try await web.send("POST", "/forgot", headers: [Self.json], body: "{}"),
                try await web.send("POST", "/api/v1/reset", headers: [Self.json], body: "{"),
                try await web.send(
                    "POST", "/api/v1/reset", headers: [Self.json], body: String(repeating: "x", count: 70_000)),
                try await site.json("/api/v1/password", [:], headers: [("X-Client", "app")]),
                try await site.changePassword(from: "wrong"),
                try await site.json("/api/v1/reset-requests", ["email": "x@y.zz"]),
                try await web.send("HEAD", "/forgot"), try await web.send("OPTIONS", "*"),
            ]
            for bytes in ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n"] {
                answers.append(try HTTPExchange.answer(Array(try await site.raw(bytes).utf8)))
            }
            #expect(
                Set(answers.map(\.status)).isSuperset(of: [200, 202, 303, 400, 401, 403, 404, 405, 413, 415, 422, 426]))
            for answer in answers {
                let policy = (answer.headers["content-security-policy"] ?? "").components(separatedBy: "; ")
                #expect(
                    Set(policy).isSuperset(of: [
                        "default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'",
                    ]), "\(answer.status)")
                #expect(!policy.contains { $0.contains("unsafe") || $0.contains("*") || $0.contains(":") })
                #expect(policy.filter { $0.hasPrefix("script-src") } == ["script-src 'self'"])
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["referrer-policy"] == "no-referrer")
                #expect(answer.headers["cache-control"] == "no-store")
                #expect((answer.headers["strict-transport-security"] != nil) == base.hasPrefix("https"))
                #expect(answer.headers["access-control-allow-origin"] == nil && answer.headers["server"] == nil)
            }
        }
    }

    @Test func `R21: other methods and media types are refused, and what is malformed without an echo`() async throws {
        try await Site.run { (site) async throws in
            for method in ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
                for path in ["/forgot", "/password", "/api/v1/password", "/reset/x", "/admin/sign-in"] {
                    let answer = try await site.web.send(method, path, headers: [("X-Canary", "zebra-canary")])
                    #expect(answer.status == 405 && answer.headers["allow"] != nil, "\(method) \(path)")
                    #expect(!answer.body.contains("zebra-canary"))
                }
            }
            // The parser knows its methods.
            #expect(try await site.raw("ZEBRA /forgot HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            for type in [
                "text/plain", "multipart/form-data; boundary=x", "application/xml", "application/json;charset=latin1",
                "*/*", "",
            ] {
                for (path, body) in [
                    ("/forgot", "email=zebra-canary%40x.yy"), ("/api/v1/reset", "{\"token\":\"zebra-canary\"}"),
                ] {
                    if type.hasPrefix("application/json"), path == "/forgot" { continue }
                    let answer = try await site.web.send("POST", path, headers: [("Content-Type", type)], body: body)
                    #expect(answer.status == 415 && !answer.body.contains("zebra"), "\(type) \(path)")
                }
            }
            for body in [
                "{\"token\":\"zebra-canary\",\"password\":1}", "{\"token\":\"zebra-canary\"", "zebra-canary",
                "{\"zebra-canary\":{}}",
                "{\"token\":\"zebra-canary\",\"token\":\"x\",\"password\":\"y\"}",
                "{\"token\":\"zebra-canary\\ud800\",\"password\":\"x\"}",
                String(repeating: "[", count: 60_000), "{\"a\":" + String(repeating: "{\"a\":", count: 10_000),
                "\u{FEFF}{}",
            ] {
                let answer = try await site.web.send("POST", "/api/v1/reset", headers: [Self.json], body: body)
                #expect(answer.status == 422 && !answer.body.contains("zebra"))
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            for body in [
                "email=zebra-canary%zz", "email=zebra-canary%FF", "zebra-canary", "email=zebra-canary%00@x",
                "email[zebra-canary]=x",
            ] {
                let answer = try await site.web.send("POST", "/forgot", headers: [Self.form], body: body)
                #expect(answer.status == 422 && !answer.body.contains("zebra"))
            }
        }
    }

    @Test func `R21: a body over 64 KiB, a head over its measure and doubtful framing are the end of the connection`()
        async throws
    {
        try await Site.run { (site) async throws in
            let head = "POST /forgot HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            let next = "GET /forgot HTTP/1.1\r\nHost: x\r\n\r\n"
            let chunk = "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n"
            for (request, status) in [
                (head + "Content-Length: 65537\r\n\r\n", "413"),
                (head + "Content-Length: 99999999999999999999\r\n\r\n", "4"),
                (head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk, "413"),
                ("GET /forgot HTTP/1.1\r\nHost: x\r\n" + (0..<101).map { "X-\($0): y\r\n" }.joined() + "\r\n", "431"),
                ("GET /" + String(repeating: "x", count: 40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", "4"),
                (head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
                (head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"),
                (head + "Content-Length: +3\r\n\r\nabc", "400"), (head + "Content-Length: 0x3\r\n\r\nabc", "400"),
                (head + "Content-Length: 3, 3\r\n\r\nabc", "400"),
                (head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "400"),
                (head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400"),
                (head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "400"),
                (head + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", "400"),
                (head + "Transfer-Encoding: chunked\r\n\r\n1;\u{0}\r\na\r\n0\r\n\r\n", "400"),
                (head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\na\r\n0\r\n\r\n", "4"),
                ("GET /forgot HTTP/1.1\r\nHost: x\r\nX: a\u{0}b\r\n\r\n", "400"),
                ("GET /forgot HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", "400"),
                ("GET /forgot HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"), ("GET /forgot HTTP/1.1\r\n\r\n", "400"),
                ("GET /forgot\r\n\r\n", "400"),
            ] {
                // One answer and no more: what follows is not taken for a request.
                let answer = try await site.raw(request + next)
                let statuses = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
                #expect(statuses.count == 1 && statuses[0].hasPrefix(status), "\(request.prefix(160)) \(statuses)")
            }
        }
    }

    @Test func `R23: a forwarded address is believed from a trusted proxy alone, and evades no limit`() async throws {
        func asked(_ more: String, _ forwarded: [String]) async throws -> String? {
            try await TestDatabase.current.executeScript(
                "TRUNCATE directory.users, directory.contacts, directory.clients, resetd.outbox RESTART IDENTITY CASCADE"
            )
            var address: String?
            try await Site.run(more) { (site) async throws in
                let headers =
                    forwarded.map { ("X-Forwarded-For", $0) } + [
                        ("Forwarded", "for=198.51.100.66"), ("X-Real-IP", "198.51.100.66"),
                        ("True-Client-IP", "198.51.100.66"),
                    ]
                _ = try await site.web.post("/forgot", form: [("email", "x@example.net")], headers: headers)
                address = try await site.value("SELECT host(client_address) FROM resetd.outbox")
            }
            return address
        }
        let spoofed = ["198.51.100.1", "198.51.100.2, 203.0.113.9"]
        let proxied = "web: { listen: \"127.0.0.1:0\", trustedProxies: \"127.0.0.1, 10.0.0.0/8\" }"
        let untrusted = try await asked("", spoofed)
        #expect(untrusted == "127.0.0.1")
        let trusted = try await asked(proxied, spoofed)
        #expect(trusted == "203.0.113.9")
        let chain = try await asked(proxied, ["198.51.100.1, 203.0.113.9, 10.1.2.3"])
        #expect(chain == "203.0.113.9")
        let garbage = try await asked(proxied, ["198.51.100.1, nonsense"])
        #expect(garbage == "127.0.0.1")

        try await TestDatabase.current.executeScript(
            "TRUNCATE directory.users, directory.contacts, directory.clients, resetd.outbox RESTART IDENTITY CASCADE")
        try await Site.run("limits: { perClientMinute: 3 }") { (site) async throws in
            var statuses: [Int] = []
            for number in 0..<5 {
                let answer = try await site.web.post(
                    "/forgot", form: [("email", "x@example.net")], headers: [("X-Forwarded-For", "203.0.113.\(number)")]
                )
                statuses.append(answer.status)
            }
            #expect(statuses == [200, 200, 200, 429, 429])
        }
    }
}
