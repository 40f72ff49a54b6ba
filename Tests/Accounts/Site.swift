import Accounts
import Logging
import PasswordReset
import Postgres
import TestSupport
import Testing

/// The parts that redeem links, over a test's own database, with one daemon that claims.
struct Site: Sendable {
    let database: TestDatabase
    let pool: Pool
    let keys: LinkKeys
    let links: ResetLinks
    let credentials: Credentials
    let attempts: Attempts
    let clock = DatabaseClock()
    private let session: Int64

    static let password = "seven quiet otters mend nets"
    static let people = """
        INSERT INTO directory.users (login_id, full_name, email) VALUES ('ann', 'Ann Hathersage', 'ann@example.org');
        INSERT INTO directory.contacts (login_id, full_name, email) VALUES ('bob', 'Bob Windermere', 'bob@example.org');
        """

    static func open(
        people: String = people, capacity: Int = 8, format: HashFormat = .argon2id, minimumLength: Int = 12,
        lockout: Lockout = Lockout()
    ) async throws -> Site {
        let database = try TestDatabase.current
        try await database.executeScript(people)
        let row = try #require(
            try await database.execute(
                "INSERT INTO resetd.session (id) VALUES (nextval('resetd.session_number')) RETURNING id"
            ).first)
        let keys = LinkKeys.generate()
        let pool = database.pool(capacity: capacity)
        let credentials = credentials(
            pool, PasswordHasher(format: format, concurrency: 2), minimumLength: minimumLength)
        return Site(
            database: database, pool: pool, keys: keys,
            links: ResetLinks(
                credentials: credentials, keys: { keys }, clock: DatabaseClock(), requests: RequestWriter(pool: pool)),
            credentials: credentials,
            attempts: Attempts(credentials: credentials, lockout: lockout, keys: { keys }),
            session: try row.get("id"))
    }

    static func credentials(_ pool: Pool, _ hasher: PasswordHasher, minimumLength: Int = 12) -> Credentials {
        Credentials(
            pool: pool, hasher: hasher,
            rules: PasswordRules(
                policy: PasswordPolicy(minimumLength: minimumLength), hasher: hasher, productWords: ["TimeKeeper Pro"],
                logger: Logger(label: "test")))
    }

    /// Queues a request, claims it and signs its link, as delivery does; what comes after /reset/.
    func link(for email: String = "ann@example.org", lifetime: Statement = "'1 hour'") async throws -> String {
        try await database.execute("INSERT INTO resetd.outbox (email) VALUES (\(email))")
        let row = try #require(try await claim(lifetime: lifetime).last)
        return token(request: try row.get("id"), expiresAt: try row.get("expires_at"))
    }

    /// What is to be mailed of what was queued.
    @discardableResult
    func claim(lifetime: Statement = "'1 hour'") async throws -> [Row] {
        try await database.execute(
            """
            SELECT id, expires_at FROM resetd.claim(
                \(session)::bigint, 100, NULL, '1 hour', \(lifetime), \(keys.current.id)::int, \(keys.ids)::int[],
                'mail.example.org', '0s', 0)
             WHERE state = 'sending'
            """)
    }

    func token(request: Int64, expiresAt: Int64) -> String {
        Token(keyID: keys.current.id, requestID: request, expiresAt: expiresAt).signed(by: keys.current, for: .reset)
    }

    /// The same keys over a database that is away.
    var linksWithoutDatabase: ResetLinks {
        let absent = Pool(Database(url: "postgresql:///absent?host=/nonexistent"), capacity: 1)
        return ResetLinks(
            credentials: Self.credentials(absent, PasswordHasher(format: .argon2id, concurrency: 1)),
            keys: { [keys] in keys }, clock: DatabaseClock(), requests: RequestWriter(pool: absent))
    }

    func redeem(_ link: String, _ password: String = Site.password) async throws -> Redemption {
        try await links.redeem(link, password: password, from: "192.0.2.7")
    }

    func value(_ query: Statement) async throws -> String? {
        try #require(try await database.execute(query).first).texts[0]
    }

    func script(_ sql: String) async throws {
        try await database.executeScript(sql)
    }
}

extension Connection {
    /// Returns when another session of this database waits for a lock; fails at the statement's time limit when none does.
    func waitUntilSomebodyWaits() throws {
        try execute(
            """
            DO $$ BEGIN
                WHILE NOT EXISTS (SELECT FROM pg_stat_activity
                                   WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)
                LOOP
                    PERFORM pg_sleep(0.005), pg_stat_clear_snapshot();
                END LOOP;
            END $$
            """)
    }
}

extension LinkOwner {
    /// Of most accounts here.
    static let user = LinkOwner(kind: .user, locale: nil)
    static let contact = LinkOwner(kind: .contact, locale: nil)
}

extension AccountKind {
    var owner: LinkOwner { LinkOwner(kind: self, locale: nil) }
}
