import Postgres
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(10)))
struct ClaimTests {
    @Test func `a request for an account is leased, with all that a mail needs, fixed by the database's clock`()
        async throws
    {
        let claim = try await Claimer.open()
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, full_name, email, locale) VALUES ('ann', 'Ann', ' Ann@Example.org', 'de');
            INSERT INTO resetd.outbox (email, account_kind, locale) VALUES ('ANN@example.ORG', 'user', 'fr');
            """)
        let row = try #require(try await claim.rows().first)
        #expect(try row.get("state", as: String.self) == "sending")
        #expect(try row.get("purpose", as: String.self) == "reset_link")
        #expect(try row.get("fence", as: Int.self) == 1)
        #expect(try row.get("attempts", as: Int.self) == 0)
        #expect(try row.get("kind", as: String.self) == "user")
        #expect(try row.get("full_name", as: String.self) == "Ann")
        #expect(try row.get("locale", as: String.self) == "de")
        #expect(try row.get("key_id", as: Int.self) == 1)
        #expect(
            try row.get("message_id", as: String.self).wholeMatch(of: /<1\.[0-9a-f]{32}@mail\.example\.org>/) != nil)
        let kept = try await claim.outbox(
            """
            sent_to, account_id, resolved_kind, claimed_by = \(claim.session), fence, expires_at - minted_at,
            account_revision = (SELECT revision FROM resetd.account), sent_at, redeemed_at, attempts, rescues,
            minted_at = first_claimed_at, now() - minted_at < interval '1 minute'
            """)
        #expect(
            kept == ["Ann@Example.org", "1", "user", "t", "1", "01:00:00", "t", nil, nil, "0", "0", "t", "t"])
        // The token's whole second is the last that the row's own expiry may lie in.
        let expiry = try await claim.outbox("ceil(extract(epoch FROM expires_at))::bigint")
        #expect(expiry == [String(try row.get("expires_at", as: Int64.self))])
    }

    @Test func `rows are taken as they fall due, up to the limit, once`() async throws {
        var claim = try await Claimer.open()
        claim.limit = 2
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) SELECT n, n || '@example.org' FROM generate_series(1, 4) AS n;
            INSERT INTO resetd.outbox (email) SELECT n || '@example.org' FROM generate_series(1, 4) AS n;
            UPDATE resetd.outbox SET due_at = now() - interval '1 minute' WHERE id = 3;
            UPDATE resetd.outbox SET due_at = now() + interval '1 minute' WHERE id = 4;
            """)
        #expect(try await claim() == [.init(1, "sending"), .init(3, "sending")])
        #expect(try await claim() == [.init(2, "sending")])
        #expect(try await claim() == [])
    }

    @Test func `what another daemon has just picked is passed over, and nobody waits`() async throws {
        let one = try await Claimer.open()
        let two = try await Claimer.open()
        try await one.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org'), ('bob', 'bob@example.org');
            INSERT INTO resetd.outbox (email) VALUES ('ann@example.org');
            """)
        try await one.script("BEGIN")
        #expect(try await one() == [.init(1, "sending")])
        try await two.script("INSERT INTO resetd.outbox (email) VALUES ('bob@example.org')")
        #expect(try await two() == [.init(2, "sending")])
        try await one.script("COMMIT")
        #expect(try await two() == [])
        #expect(try await one.outbox("claimed_by") == [String(one.session)])
    }

    @Test func `a session without a heartbeat, or with a late one, claims nothing`() async throws {
        let claim = try await Claimer.open()
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.outbox (email) VALUES ('ann@example.org'), ('nobody@example.org');
            """)
        let stranger = Claimer(connection: claim.connection, session: 999)
        #expect(try await stranger() == [])
        try await claim.script("UPDATE resetd.session SET heartbeat_at = now() - interval '31 seconds'")
        #expect(try await claim() == [])
        #expect(try await claim.outbox("state, fence, claimed_by") == ["queued", "0", nil])
        try await claim.script("UPDATE resetd.session SET heartbeat_at = now() - interval '20 seconds'")
        #expect(try await claim().count == 2)
    }

    @Test func `a fence rises with every claim`() async throws {
        let claim = try await Claimer.open()
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.outbox (email) VALUES ('ann@example.org');
            """)
        for fence in 1...4 {
            #expect(try await claim.rows().first?.get("fence", as: Int.self) == fence)
            try await claim.giveBack()
        }
    }

    @Test func `the hint bounds the scan from below, and nothing is lost without it`() async throws {
        let claim = try await Claimer.open()
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.outbox (email) VALUES ('ann@example.org');
            UPDATE resetd.outbox SET due_at = now() - interval '1 hour';
            """)
        var hinted = claim
        hinted.since = "now() - interval '1 minute'"
        #expect(try await hinted() == [])
        #expect(try await claim() == [.init(1, "sending")])
    }

    @Test func `a backlog is gone through once: each claim begins where the one before it ended`() async throws {
        var claim = try await Claimer.open()
        (claim.limit, claim.interval, claim.hourly) = (2, "0 seconds", 0)
        // Some of one moment, some of others, and not in the order of their numbers.
        try await claim.script(
            """
            INSERT INTO directory.users (login_id, email) VALUES ('ann', 'ann@example.org');
            INSERT INTO resetd.outbox (email) SELECT 'ann@example.org' FROM generate_series(1, 7);
            UPDATE resetd.outbox SET due_at = now() - interval '1 hour' WHERE id IN (3, 5, 6);
            UPDATE resetd.outbox SET due_at = '-infinity' WHERE id = 7;
            """)
        var seen: [[Int64]] = []
        while true {
            let rows = try await claim.rows()
            guard let end = try rows.first(where: { try $0.optional("scanned", as: String.self) != nil }) else { break }
            seen.append(try rows.map { try $0.get("id") })
            claim.since = "\(try end.get("scanned", as: String.self))::timestamptz"
            claim.after = try end.get("id")
        }
        #expect(seen == [[3, 7], [5, 6], [1, 2], [4]])
        // What was given back behind the scan is for the next pass.
        try await claim.script("UPDATE resetd.outbox SET state = 'queued', due_at = '-infinity' WHERE id = 3")
        #expect(try await claim() == [])
        (claim.since, claim.after) = ("NULL", nil)
        #expect(try await claim() == [.init(3, "sending")])
    }
}
