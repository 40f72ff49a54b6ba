@testable import Accounts
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Web

/// The console over a test's own database: `ada` (user 7) administers, `ned` (user 8) does not, `bob` is contact 21.
struct ConsoleSite: Sendable {
    let client: SiteClient
    let database: TestDatabase

    static let password = "seven quiet otters mend nets"
    static let newPassword = "a kettle on the northern line"
    static let failures = 3
    /// Costs as much as it should, so once.
    private static let hash = Task {
        try await PasswordHasher(format: .argon2id, concurrency: 1).hash(Array(password.utf8))
    }

    static func populate(_ database: TestDatabase) async throws {
        let hash = try await hash.value
        try await database.execute(
            """
            INSERT INTO directory.users (id, login_id, full_name, email, global_administrator, password_hash)
            VALUES (7, 'ada', 'Ada Hathersage', 'ada@example.org', true, \(hash)),
                   (8, 'ned', 'Ned Windermere', 'ned@example.org', false, \(hash))
            """)
        try await database.execute(
            """
            INSERT INTO directory.contacts (id, login_id, full_name, email, password_hash)
            VALUES (21, 'bob', 'Bob Silverdale', 'bob@example.com', \(hash))
            """)
        try await database.executeScript(
            """
            INSERT INTO directory.clients (id, account_number, name)
            VALUES (31, 'C-100', 'Quarry Works'), (32, 'C-200', 'Lime Kilns');
            INSERT INTO directory.client_contacts (client_id, contact_id) VALUES (31, 21);
            """)
    }

    /// Signs in, and remembers the cookie as a browser does.
    func signIn(
        _ login: String = "ada", password: String = password, base: String = ""
    ) async throws -> ConsoleBrowser {
        let answer = try await post("\(base)/admin/sign-in", login: login, password: password)
        #expect(answer.status == .seeOther)
        let cookie = try #require(answer.headers[.setCookie]?.split(separator: ";").first)
        let headers: HTTPFields = [.cookie: String(cookie)]
        let page = try await client.get("\(base)/admin/audit", headers: headers).text
        let token = try #require(page.firstMatch(of: /name="token" value="([^"]+)"/)?.output.1)
        return ConsoleBrowser(client: client, headers: headers, token: String(token))
    }

    func post(
        _ path: String = "/admin/sign-in", login: String, password: String, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        let form = "login=\(PercentCode.encode(login))&password=\(PercentCode.encode(password))"
        return try await client.post(path, form: form, headers: headers)
    }

    func value(_ query: Statement) async throws -> String? {
        try #require(try await database.execute(query).first).texts[0]
    }

    func script(_ sql: String) async throws {
        try await database.executeScript(sql)
    }

    /// The trail since the sign-in: who did what to whom.
    var trail: [String] {
        get async throws {
            try await database.execute(
                """
                SELECT e.actor || ' ' || e.action || ' ' || coalesce(e.kind || ':' || e.account_id, 'nobody') AS text
                  FROM resetd.audit AS e
                 WHERE e.action <> 'signed_in'
                 ORDER BY e.id
                """
            ).compactMap { $0.texts[0] }
        }
    }
}

/// Somebody who is signed in.
struct ConsoleBrowser: Sendable {
    let client: SiteClient
    let headers: HTTPFields
    /// Of the forms that it was shown.
    let token: String

    func get(_ path: String) async throws -> TestResponse {
        try await client.get(path, headers: headers)
    }

    /// Posts a form with its hidden field.
    func post(_ path: String, _ form: String = "") async throws -> TestResponse {
        try await client.post(path, form: "token=\(token)&\(form)", headers: headers)
    }

    var isSignedIn: Bool {
        get async throws { try await get("/admin/users").status == .ok }
    }
}

func withConsole(
    _ base: String = "https://accounts.example.org", _ test: @Sendable (ConsoleSite) async throws -> Void
) async throws {
    try await withConsole(.testing(base), test)
}

func withConsole(
    _ settings: WebSettings, _ test: @Sendable (ConsoleSite) async throws -> Void
) async throws {
    let database = try TestDatabase.current
    try await ConsoleSite.populate(database)
    let pool = database.pool()
    let hasher = PasswordHasher(format: .argon2id, concurrency: 2)
    let credentials = Credentials(
        pool: pool, hasher: hasher,
        rules: PasswordRules(
            policy: PasswordPolicy(minimumLength: 12), hasher: hasher, productWords: [], logger: Logger(label: "test")))
    let keys = LinkKeys.generate()
    let attempts = Attempts(
        credentials: credentials, lockout: Lockout(failures: ConsoleSite.failures), keys: { keys })
    let desk = ConsoleDesk(
        sessions: ConsoleSessions(attempts: attempts), credentials: credentials, directory: Directory(pool: pool))
    let site = try Site(settings, flow: FlowScript(), console: desk)
    let application = Application(responder: site, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await application.test(.router) {
        try await test(ConsoleSite(client: SiteClient(client: $0), database: database))
    }
}
