import Demo
import Postgres
import TestSupport
import Testing

/// A site with somebody for every row of the table of systems, and a daemon that serves it.
struct Systems {
    let database: TestDatabase
    let relay: ScriptedRelay
    let web: HTTPExchange
    private let daemon: RunningDaemon

    static let password = "seven quiet otters mend nets"
    static let pin = "284617"

    // Made by the argon2 program: echo -n SECRET | argon2 somesaltsomesalt -id -t 2 -k 19456 -p 1 -e
    private static let passwordHash =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$FuHo6HL0M5C6yeAJ91EUCp0irenl/BtMeyago5tytCc"
    private static let pinHash =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$IL6yzavfzWXLTsHrkTPxpdKs3OMficIFhHmLjfJ/Oeo"

    static func run(more: String = "", _ body: (Systems) async throws -> Void) async throws {
        let database = try TestDatabase.current
        try await database.executeScript(
            """
            INSERT INTO directory.users (login_id, full_name, email, access, global_administrator) VALUES
                ('boss', 'Bea Boss', 'bea@example.org', '{professional}', true),
                ('mary', 'Mary Baker', 'mary.baker@example.org', '{professional,mobile}', false),
                ('mo', 'Mo Field', 'mo.field@example.org', '{mobile}', false),
                ('tim', 'Tim Apps', 'tim.apps@example.org', '{app}', false);
            INSERT INTO directory.clients (account_number, name) VALUES ('H001', 'Harbour Works');
            INSERT INTO directory.contacts (login_id, full_name, email) VALUES
                ('ana', 'Ana Two', 'ana@example.com'), ('office1', 'Olga Desk', 'office@example.com'),
                ('office2', 'Otto Desk', 'office@example.com');
            INSERT INTO directory.client_contacts SELECT 1, id FROM directory.contacts;
            UPDATE directory.users SET password_hash = '\(passwordHash)', pin_hash = '\(pinHash)';
            UPDATE directory.contacts SET password_hash = '\(passwordHash)';
            """)
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url, more: more) { daemon in
                try await body(Systems(database: database, relay: relay, web: daemon.web, daemon: daemon))
            }
        }
    }

    func console() async throws -> ConsoleVisit {
        try await ConsoleVisit(daemon, login: "boss", password: Self.password)
    }

    func changePassword(
        _ kind: String, _ login: String, from current: String, to new: String, client: String? = nil,
        version: String? = nil
    ) async throws -> HTTPExchange.Answer {
        try await post(
            "/api/v1/password",
            #"{"kind":"\#(kind)","login":"\#(login)","current":"\#(current)","password":"\#(new)"}"#, client, version)
    }

    func changePIN(
        _ login: String, from current: String, to new: String, client: String, version: String? = nil
    ) async throws -> HTTPExchange.Answer {
        try await post(
            "/api/v1/pin", #"{"login":"\#(login)","current":"\#(current)","pin":"\#(new)"}"#, client, version)
    }

    private func post(
        _ target: String, _ json: String, _ client: String?, _ version: String?
    ) async throws -> HTTPExchange.Answer {
        let headers = [("X-Client", client), ("X-Client-Version", version)].compactMap { name, value in
            value.map { (name, $0) }
        }
        return try await web.send("POST", target, headers: headers + [("Content-Type", "application/json")], body: json)
    }

    /// From the page that asks for the address to the second use of the link.
    func resetByMail(_ address: String, kind: String, to password: String) async throws {
        #expect(try await web.get("/forgot?kind=\(kind)").status == 200)
        #expect(try await web.post("/forgot", form: [("email", address), ("kind", kind)]).status == 200)
        let mail = try await relay.waitForMails(1)[0]
        #expect(mail.recipients == [address])
        let link = try #require(mail.text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
        let target = String(link.dropFirst(daemon.base.count))
        #expect(try await web.get(target).status == 200)
        let form = [("password", password), ("confirmation", password)]
        #expect(try await web.post(target, form: form).status == 303)
        #expect(try await web.post(target, form: form).status == 410)
        #expect(try await relay.waitForMails(2)[1].text.contains("Subject: Your password was changed"))
    }

    func value(_ query: Statement) async throws -> String? {
        try #require(try await database.execute(query).first).texts[0]
    }
}
