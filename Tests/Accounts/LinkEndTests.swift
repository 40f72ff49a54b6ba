import Accounts
import PasswordReset
import Postgres
import TestSupport
import Testing

/// What ends a link, whoever does it and by whatever path; and what does not.
@Suite(.database, .timeLimit(.minutes(10)))
struct LinkEndTests {
    /// Standing and redeeming say the same, and the account stays as it is.
    ///
    /// - Parameter owner: as far as anybody knows by then.
    private func expect(
        _ end: LinkEnd?, after script: String, of owner: LinkOwner? = .user,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let site = try await Site.open()
        let link = try await site.link(for: owner == .contact ? "bob@example.org" : "ann@example.org")
        try await site.script(script)
        let standing = try await site.links.standing(of: link)
        let redemption = try await site.redeem(link)
        if let end {
            #expect(standing == .dead(end, owner), sourceLocation: sourceLocation)
            #expect(redemption == .dead(end, owner), sourceLocation: sourceLocation)
        } else {
            let owner = try #require(owner)
            #expect(standing == .open(owner), sourceLocation: sourceLocation)
            #expect(redemption == .redeemed(owner), sourceLocation: sourceLocation)
        }
        let audited = try await site.database.execute("SELECT action FROM resetd.audit WHERE action <> 'unlocked'").map(
            \.texts)
        // A request that was purged has no trail any more.
        let isThere = try await site.value("SELECT count(*) FROM resetd.outbox WHERE purpose = 'reset_link'") == "1"
        #expect(
            audited == (isThere ? [[end == nil ? "password_reset" : "reset_refused"]] : []),
            sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        "password_hash = 'x'", "email = 'new@example.org'", "email = NULL", "login_id = 'new'", "access = '{mobile}'",
        "access = '{professional,app}'", "disabled = true",
    ])
    func `a plain UPDATE of a user by the application does`(change: String) async throws {
        try await expect(.changed, after: "UPDATE directory.users SET \(change)")
    }

    @Test(arguments: [
        "password_hash = 'x'", "email = 'new@example.org'", "login_id = 'new'", "portal_access = false",
        "disabled = true",
    ])
    func `a plain UPDATE of a contact by the application does`(change: String) async throws {
        try await expect(.changed, after: "UPDATE directory.contacts SET \(change)", of: .contact)
    }

    @Test func `a change there and back does`() async throws {
        try await expect(
            .changed, after: "UPDATE directory.users SET disabled = true; UPDATE directory.users SET disabled = false")
    }

    @Test func `deleting the account does`() async throws {
        try await expect(.expired, after: "DELETE FROM directory.users", of: nil)
    }

    @Test func `making the account again under the same number is no cure`() async throws {
        try await expect(
            .changed,
            after: """
                DELETE FROM directory.users;
                INSERT INTO directory.users (id, login_id, full_name, email) VALUES (1, 'ann', 'Ann Hathersage', 'ann@example.org');
                """)
    }

    @Test(arguments: ["sent", "failed", "sending", "queued"])
    func `a row that is cancelled does, whatever its state was`(state: String) async throws {
        try await expect(
            .cancelled,
            after:
                "UPDATE resetd.outbox SET state = '\(state)', claimed_by = NULL; UPDATE resetd.outbox SET state = 'cancelled'"
        )
    }

    @Test func `a request that was tried anew does, for the links from before`() async throws {
        try await expect(.cancelled, after: "UPDATE resetd.outbox SET dead_through = expires_at")
    }

    @Test func `a link that expires after those is good`() async throws {
        try await expect(nil, after: "UPDATE resetd.outbox SET dead_through = expires_at - interval '2 seconds'")
    }

    @Test func `a purged row does`() async throws {
        try await expect(.expired, after: "DELETE FROM resetd.outbox", of: nil)
    }

    @Test func `the row's expiry does while the token's is still to come`() async throws {
        try await expect(.expired, after: "UPDATE resetd.outbox SET expires_at = clock_timestamp()")
    }

    @Test(arguments: ["queued", "sending", "sent", "failed"])
    func `the state of its delivery does not: it works from its minting`(state: String) async throws {
        try await expect(
            nil,
            after: "UPDATE resetd.outbox SET state = '\(state)', claimed_by = CASE '\(state)' WHEN 'sending' THEN 1 END"
        )
    }

    @Test(arguments: [
        "full_name = 'x'", "failed_attempts = 99", "locked_until = now() + interval '1 day'",
    ])
    func `a change of anything else does not, nor does a lock`(change: String) async throws {
        try await expect(nil, after: "UPDATE directory.users SET \(change)")
    }

    @Test func `a change of the language does not, and the pages are in the new one`() async throws {
        try await expect(
            nil, after: "UPDATE directory.users SET locale = 'de'", of: LinkOwner(kind: .user, locale: "de"))
    }

    @Test func `the token's expiry does while the row's is still to come`() async throws {
        let site = try await Site.open()
        _ = try await site.link()
        let link = site.token(request: 1, expiresAt: site.clock.now)
        #expect(try await site.links.standing(of: link) == .dead(.expired))
        #expect(try await site.redeem(link) == .dead(.expired))
        #expect(try await site.value("SELECT password_hash FROM directory.users") == nil)
    }

    @Test func `what is not ours is foreign, and nothing is looked up`() async throws {
        let site = try await Site.open()
        let good = try await site.link()
        // A database that is away shows that none was asked.
        let links = site.linksWithoutDatabase
        let strange = LinkKeys.generate()
        let foreign = Token(keyID: 1, requestID: 1, expiresAt: .max).signed(by: strange.current, for: .reset)
        for text in ["", "x", good + "A", String(good.dropLast()), String(good.reversed()), foreign] {
            #expect(try await links.standing(of: text) == .foreign)
            #expect(try await links.redeem(text, password: Site.password, from: nil) == .foreign)
            #expect(try await links.renew(text, from: nil) == false)
        }
        let error = await #expect(throws: PostgresError.self) { try await links.standing(of: good) }
        #expect(error?.isOutage == true)
    }

    @Test func `an expired link says so while the database is away`() async throws {
        let site = try await Site.open()
        let expired = site.token(request: 1, expiresAt: site.clock.now)
        #expect(try await site.linksWithoutDatabase.standing(of: expired) == .dead(.expired))
        #expect(
            try await site.linksWithoutDatabase.redeem(expired, password: Site.password, from: nil) == .dead(.expired))
    }

    @Test func `a token of ours for a request that has no link opens nothing`() async throws {
        let site = try await Site.open()
        try await site.script(
            """
            INSERT INTO resetd.outbox (email, account_kind, account_id) VALUES ('ann@example.org', 'user', '1');
            INSERT INTO resetd.outbox (email, account_kind, account_id, resolved_kind, purpose, minted_at, expires_at, account_revision)
            SELECT 'ann@example.org', 'user', '1', 'user', 'password_changed', now(), now() + interval '1 hour', revision FROM directory.users;
            INSERT INTO resetd.outbox (email, account_kind, account_id, resolved_kind, minted_at)
            SELECT 'ann@example.org', 'user', '1', 'user', now() FROM directory.users;
            """)
        for request in [1, 2, 3, 4, -1, Int64.max] {
            let link = site.token(request: request, expiresAt: site.clock.now + 600)
            #expect(try await site.links.standing(of: link) != .open(.user))
            #expect(try await site.redeem(link) != .redeemed(.user))
        }
        #expect(try await site.value("SELECT password_hash FROM directory.users") == nil)
    }

    @Test func `looking changes nothing`() async throws {
        let site = try await Site.open()
        let link = try await site.link()
        let state: Statement =
            "SELECT o.xmin || ' ' || o.ctid || ' ' || u.xmin || ' ' || u.ctid FROM resetd.outbox AS o, directory.users AS u"
        let before = try await site.value(state)
        for _ in 0..<3 { #expect(try await site.links.standing(of: link) == .open(.user)) }
        #expect(try await site.value(state) == before)
    }

    @Test(arguments: [
        ("UPDATE directory.users SET email = 'new@example.org'", LinkEnd.changed),
        ("UPDATE resetd.outbox SET redeemed_at = now()", .used),
        ("UPDATE resetd.outbox SET state = 'cancelled'", .cancelled),
        ("UPDATE resetd.outbox SET dead_through = expires_at", .cancelled),
        ("UPDATE resetd.outbox SET expires_at = now()", .expired),
    ])
    func `what commits while the password is being hashed ends the link`(change: String, end: LinkEnd) async throws {
        let site = try await Site.open()
        let link = try await site.link()
        let other = try await Connection.open(site.database.database)
        // The account is held, so that redeeming waits for it after the link was found open.
        try await other.executeScript("BEGIN; SELECT resetd.lock_account('user', '1')")
        async let redemption = site.redeem(link)
        try await other.waitUntilSomebodyWaits()
        try await other.executeScript("\(change); COMMIT")
        #expect(try await redemption == .dead(end, .user))
        #expect(try await site.value("SELECT password_hash FROM directory.users") == nil)
    }

    @Test func `links that are opened all at once are each told how they stand, whoever is looked up with them`()
        async throws
    {
        let site = try await Site.open()
        var expected: [String: LinkStanding] = [:]
        for (number, email) in ["ann@example.org", "bob@example.org"].enumerated() {
            for _ in 0..<8 {
                expected[try await site.link(for: email)] = number == 0 ? .dead(.changed, .user) : .open(.contact)
            }
        }
        expected[site.token(request: 4711, expiresAt: 4_000_000_000)] = .dead(.expired)
        try await site.script("UPDATE directory.users SET login_id = 'new'")
        let links = site.links
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                for (link, standing) in expected {
                    group.addTask { (standing, try await links.standing(of: link)) }
                }
            }
            for try await (standing, found) in group { #expect(found == standing) }
        }
    }
}
