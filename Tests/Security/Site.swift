import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// A site with somebody of every kind, and the built daemon, which has the rights that the README grants and no others.
struct Site {
    let database: TestDatabase
    let relay: ScriptedRelay
    let daemon: RunningDaemon

    var web: HTTPExchange { daemon.web }

    static let password = "seven quiet otters mend nets"
    static let pin = "284617"
    /// Two that nobody has yet.
    static let new = "violet-anchor-teapot-7319"
    static let another = "another velvet orbit 28"

    /// So that a test may ask as often as it likes.
    static let unlimited = "limits: { perClientMinute: 0, perAccountInterval: 0s, perAccountHourly: 0 }"

    // Made by the argon2 program: echo -n SECRET | argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -e
    private static let people = """
        INSERT INTO directory.users (login_id, full_name, email, access, global_administrator) VALUES
            ('boss', 'Bea Boss', 'bea@example.org', '{professional}', true),
            ('mary', 'Mary Baker', 'mary.baker@example.org', '{professional,mobile}', false),
            ('mo', 'Mo Field', 'mo.field@example.org', '{mobile}', false),
            ('dora', 'Dora Away', 'dora@example.org', '{professional}', false),
            ('lou', 'Lou Locked', 'lou@example.org', '{professional}', false),
            ('twin1', 'Tess Twin', 'twins@example.org', '{professional}', false),
            ('twin2', 'Theo Twin', 'twins@example.org', '{professional}', false),
            ('idle', 'Ida Idle', 'idle@example.org', '{}', false),
            ('blank', 'Blanche Blank', 'blank@example.org', '{professional}', false);
        INSERT INTO directory.clients (account_number, name) VALUES ('H001', 'Harbour Works');
        INSERT INTO directory.contacts (login_id, full_name, email, portal_access) VALUES
            ('ana', 'Ana Two', 'ana@example.com', true), ('nora', 'Nora Shut', 'nora@example.com', false);
        INSERT INTO directory.client_contacts SELECT 1, id FROM directory.contacts;
        UPDATE directory.users SET
            password_hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$FuHo6HL0M5C6yeAJ91EUCp0irenl/BtMeyago5tytCc',
            pin_hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$IL6yzavfzWXLTsHrkTPxpdKs3OMficIFhHmLjfJ/Oeo';
        UPDATE directory.contacts SET password_hash = u.password_hash FROM directory.users AS u WHERE u.id = 1;
        UPDATE directory.users SET password_hash = NULL WHERE login_id = 'blank';
        UPDATE directory.users SET disabled = true WHERE login_id = 'dora';
        UPDATE directory.users SET locked_until = now() + interval '1 day' WHERE login_id = 'lou';
        """

    /// - Parameter base: `link.base`.
    static func run(
        _ more: String = unlimited, base: String = "http://127.0.0.1:8080", script: RelayScript = RelayScript(),
        _ body: (Site) async throws -> Void
    ) async throws {
        try await TestDatabase.current.executeScript("CREATE ROLE daemon_\(try TestDatabase.current.name) LOGIN")
        try await withScriptedRelay(script) { relay in try await run(more, base: base, relay: relay, body) }
    }

    /// - Parameters:
    ///   - relay: one that is up.
    ///   - password: of the role, which is there: `daemon_` and the database's name.
    static func run(
        _ more: String, base: String = "http://127.0.0.1:8080", relay: ScriptedRelay, password: String = "",
        _ body: (Site) async throws -> Void
    ) async throws {
        let database = try TestDatabase.current
        let role = "daemon_\(database.name)"
        try await database.executeScript("\(people) \(try await grants(to: role))")
        let url = database.database.url.replacing("user=postgres", with: "user=\(role)&password=\(password)")
        let daemon = try RunningDaemon(relay: relay.url, database: url, base: base, more: more)
        try await daemon.waitUntil(200)
        try await body(Site(database: database, relay: relay, daemon: daemon))
        #expect(await daemon.stop() == 0)
        try await database.executeScript("DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    /// What `resetd grants` prints, for the README has an operator grant that and no more.
    ///
    /// - Parameter kind: `--daemon` or `--application`.
    static func grants(_ kind: String = "--daemon", to role: String) async throws -> String {
        let printed = try await BuiltProgram.run("grants", kind, role)
        try #require(printed.code == 0, "\(printed.errors)")
        return printed.output
    }

    // MARK: What anybody can do

    @discardableResult
    func ask(_ email: String, kind: String = "user") async throws -> HTTPExchange.Answer {
        try await web.post("/forgot", form: [("email", email), ("kind", kind)])
    }

    /// Asks, and returns the path of the link in the mail that comes.
    func link(_ email: String = "mary.baker@example.org", kind: String = "user") async throws -> String {
        let before = relay.mails.count
        #expect(try await ask(email, kind: kind).status == 200)
        return try path("reset", in: try await relay.waitForMails(before + 1)[before])
    }

    /// The path of a mail's link: `/reset/TOKEN` or `/not-me/TOKEN`.
    func path(_ page: String, in mail: ReceivedMail) throws -> String {
        let link = try #require(
            mail.text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/\(page)/") }, "\(mail.text)")
        return String(link.dropFirst(daemon.base.count))
    }

    func redeem(_ link: String, _ password: String = new) async throws -> HTTPExchange.Answer {
        try await web.post(link, form: [("password", password), ("confirmation", password)])
    }

    func json(
        _ target: String, _ members: KeyValuePairs<String, String>, headers: [(String, String)] = []
    ) async throws -> HTTPExchange.Answer {
        let body = try JSONSerialization.data(
            withJSONObject: Dictionary(members.map { ($0, $1) }, uniquingKeysWith: { $1 }))
        return try await web.send(
            "POST", target, headers: headers + [("Content-Type", "application/json")],
            body: String(decoding: body, as: UTF8.self))
    }

    func changePassword(
        _ login: String = "mary", from current: String = password, to new: String = new, kind: String = "user"
    ) async throws -> HTTPExchange.Answer {
        try await json(
            "/api/v1/password", ["kind": kind, "login": login, "current": current, "password": new])
    }

    func changePIN(_ login: String = "mary", from current: String = pin, to new: String) async throws
        -> HTTPExchange.Answer
    {
        try await json("/api/v1/pin", ["login": login, "current": current, "pin": new])
    }

    func console() async throws -> ConsoleVisit {
        try await ConsoleVisit(daemon, login: "boss", password: Self.password)
    }

    /// A request as bytes, and all that comes back until the connection is closed.
    func raw(_ text: String, patience: Int = 10) async throws -> String {
        let client = try await RawClient("127.0.0.1:\(web.port)", patience: patience)
        try await client.send(text)
        let answer = try await client.readAll()
        client.close()
        return answer
    }

    // MARK: What the operator sees

    func value(_ query: Statement) async throws -> String? {
        try #require(try await database.execute(query).first).texts[0]
    }

    func rows(_ query: Statement) async throws -> [[String?]] {
        try await database.execute(query).map(\.texts)
    }

    /// Returns when every request is settled.
    func settle() async throws {
        while try await value("SELECT count(*) FROM resetd.outbox WHERE state IN ('queued', 'sending')") != "0" {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// Files of this repository.
enum Document {
    static func path(_ path: String) -> String {
        URL(filePath: #filePath).appending(path: "../../..").standardized.appending(path: path).path
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: Self.path(path), encoding: .utf8)
    }
}

/// What an answer says, but for the hour.
struct Said: Equatable {
    let status: Int
    let headers: [String: String]
    let body: String

    init(_ answer: HTTPExchange.Answer) {
        status = answer.status
        headers = answer.headers.filter { $0.key != "date" }
        body = answer.body
    }
}
