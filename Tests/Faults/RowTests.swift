import Foundation
import Postgres
import TestSupport
import Testing

/// Rows that nobody can have meant, and hands that meddle with rows a daemon has.
@Suite(.timeLimit(.minutes(10)))
struct RowTests {
    /// What a superuser made of the requests of the first so many people, and how they are to end.
    private static let absurd: [(change: Statement, state: String)] = [
        ("attempts = 2147483647", "sent"),
        ("attempts = -2147483648", "sent"),
        ("fence = 2147483647", "sent"),
        ("fence = -2147483648", "sent"),
        // Put off once, it has gone unanswered too often.
        ("unanswered = 2147483647", "failed"),
        ("unanswered = -2147483648", "sent"),
        ("rescues = 2147483647", "sent"),
        ("rescues = -2147483648", "sent"),
        ("due_at = '-infinity'", "sent"),
        ("requested_at = 'infinity'", "sent"),
        ("requested_at = '-infinity'", "sent"),
        ("expires_at = 'infinity'", "sent"),
        ("expires_at = '-infinity'", "sent"),
        ("sent_at = 'infinity', redeemed_at = '-infinity'", "sent"),
        // Put off once, it has waited for ever.
        ("waited = 9223372036854775807", "failed"),
        ("waited = -9223372036854775808", "sent"),
        ("dead_through = 'infinity'", "sent"),
        ("minted_at = 'infinity', account_revision = (\(revision))", "sent"),
        ("minted_at = '-infinity', account_revision = (\(revision))", "sent"),
        ("minted_at = 'infinity', expires_at = '-infinity', account_revision = 'nonsense'", "cancelled"),
        (
            "minted_at = '4714-11-24 BC', expires_at = '294276-12-31', key_id = 7, account_revision = (\(revision))",
            "failed"
        ),
        ("key_id = -2147483648, last_reply = repeat('x', 1000000), reason = 'because'", "sent"),
        (
            """
            minted_at = now(), expires_at = now() + interval '1 hour', key_id = 7, account_revision = (\(revision)),
            message_id = E'<1@x>\\r\\nBcc: p1500@example.org\\r\\n\\r\\nAnd now for something different'
            """, "failed"
        ),
        (
            """
            minted_at = now(), expires_at = now() + interval '1 hour', key_id = 7, account_revision = (\(revision)),
            message_id = NULL
            """, "failed"
        ),
        ("sent_to = E'nobody\\r\\nRCPT TO:<p1500@example.org>'", "sent"),
        ("claimed_by = 4711, fence = 7", "sent"),
        ("locale = '../../etc'", "sent"),
        ("locale = repeat('x', 1000000)", "sent"),
        ("locale = repeat('a-', 500000)", "sent"),
        ("requested_by = repeat('x', 1000000), client_address = '::/0'", "sent"),
        ("account_kind = 'user', account_id = 'nonsense'", "rejected"),
        ("account_id = '', resolved_kind = ''", "rejected"),
        ("email = repeat('x', 10000000) || '@example.org'", "rejected"),
        ("email = ''", "rejected"),
        ("email = email || E'\\r\\nRCPT TO:<p1500@example.org>'", "rejected"),
        // In the hands of a daemon that does not exist.
        ("state = 'sending', claimed_by = 4711, fence = 7", "sent"),
        ("state = 'sending', claimed_by = -1", "sent"),
        ("state = 'sending', claimed_by = NULL", "sent"),
        ("due_at = 'infinity'", "sent"),
        ("state = 'sending', claimed_by = 4711, rescues = 2147483647", "failed"),
        ("state = 'sending', claimed_by = 4711, rescues = -2147483648", "sent"),
    ]

    private static let revision: Statement = "SELECT a.revision FROM resetd.account AS a WHERE a.email = outbox.email"

    @Test func `absurd rows are settled, and the others are sent beside them`() async throws {
        // But not whom so many refusals have put off for the longest time that there is.
        let greylisting = FirstTry(.rcpt, .reply("450 4.2.0 Later"), sparing: "<p1@")
        let settled: Set<String> = ["rejected", "failed", "cancelled"]
        try await Site.run("absurd rows", script: greylisting.script, settled: settled) { site in
            try await site.ask(Self.absurd.count + Scale.requests(1000, short: 100))
            for (person, row) in Self.absurd.enumerated() {
                try await site.execute(
                    "UPDATE resetd.outbox SET \(row.change) WHERE email = \("p\(person + 1)@example.org")")
            }
            // Not requests for a link at all.
            for purpose: Statement in [
                "'nonsense'", "''", "'../../etc/passwd'", "repeat('x', 1000000)", "'reset_link '",
            ] {
                try await site.execute(
                    "INSERT INTO resetd.outbox (email, purpose) VALUES ('p1@example.org', \(purpose))")
            }
            let daemon = try await site.readyDaemon(worker: ", lease: 1s")
            try await site.settle()
            let states = try await site.execute("SELECT state FROM resetd.outbox ORDER BY id")
                .map { try $0.get("state", as: String.self) }
            for (number, row) in Self.absurd.enumerated() {
                #expect(states[number] == row.state, "\(row.change.sql)")
            }
            #expect(states[Self.absurd.count..<site.asked].allSatisfy { $0 == "sent" })
            #expect(states[site.asked...].allSatisfy { $0 == "failed" })
            #expect(!site.relay.mails.contains { $0.recipients.joined().contains("p1500@") })
            #expect(!site.relay.mails.contains { $0.text.contains("something different") })
            #expect(try BuiltProgram.isSanitized || daemon.peakMemory < 200)
        }
    }

    @Test func `rows that are deleted, cancelled and put back by hand while a daemon has them stay so`() async throws {
        let holding = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        // Sixteen are put back by hand, and so go again.
        try await Site.run("rows edited while claimed", script: holding, twice: 16) { site in
            let daemon = try await site.readyDaemon()
            try await site.ask(Scale.requests(1000, short: 200))
            try await site.relay.wait { $0.greatestOverlap == Site.connections }
            try await site.wait { try await $0.count("state = 'sending'") >= 128 }
            func edit(_ number: Int, _ statement: (Statement) -> Statement) async throws {
                try await site.execute(
                    statement(
                        """
                        id IN (SELECT n.id
                                 FROM (SELECT id, row_number() OVER (ORDER BY id) AS number
                                         FROM resetd.outbox) AS n
                                WHERE n.number <= 128 AND n.number % 8 = \(number)::bigint)
                        """))
            }
            try await edit(0) { "UPDATE resetd.outbox SET state = 'cancelled', claimed_by = NULL WHERE \($0)" }
            try await edit(1) { "UPDATE resetd.outbox SET email = 'somebody' || id || '@example.com' WHERE \($0)" }
            try await edit(2) {
                "UPDATE resetd.outbox SET state = 'queued', claimed_by = NULL, fence = fence + 5 WHERE \($0)"
            }
            try await edit(3) { "DELETE FROM resetd.outbox WHERE \($0)" }
            site.relay.release()
            try await site.settle()
            #expect(try daemon.count("rows were no longer ours when their outcome came") > 0)
            #expect(try await site.count("state = 'cancelled'") == 16)
            #expect(try await site.count("state = 'sent' AND email LIKE 'somebody%'") == 16)
            #expect(try await site.count("true") == site.asked - 16)
            #expect(site.repeated.count == 16)
            #expect(try await site.attempts == 0)
        }
    }

    @Test func `a row that ten daemons died of is parked, and the others are sent`() async throws {
        let script = RelayScript { $0.stage == .rcpt && $0.command.contains("<p1@") ? .silence : .usual }
        try await Site.run("poison", script: script, settled: ["failed"]) { site in
            let state = try site.stateDirectory()
            let count = Scale.requests(500, short: 50)
            try await site.ask(count)
            for death in 1...10 {
                let daemon = try site.daemon(state)
                site.forget(daemon)
                try await site.relay.wait { history in
                    history.commands.count { $0.hasPrefix("RCPT TO:<p1@") } == death
                }
                try await site.wait { try await $0.count("state = 'sent'") == count - 1 }
                #expect(try await site.count("state = 'sending' AND rescues = \(death - 1)::integer") == 1)
                await daemon.kill()
            }
            _ = try site.daemon(state)
            try await site.settle()
            #expect(try await site.count("state = 'failed' AND reason = 'poison' AND email = 'p1@example.org'") == 1)
        }
    }
}
