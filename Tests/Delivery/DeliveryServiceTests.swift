import Delivery
import PasswordReset
import Postgres
import SMTP
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(5)))
struct DeliveryServiceTests {
    @Test func `a request becomes one mail with a link that we signed`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        try await withScriptedRelay { relay in
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                let id = try await database.request("  PERSON1@example.ORG\n")
                let mail = try #require(try await relay.waitForMails(1).first)
                try await worker.waitForRecords(1)
                #expect(mail.recipients == ["person1@example.org"])
                #expect(mail.sender == "support@example.org")
                let token = try #require(Self.token(in: mail.text))
                #expect(Token(token, keys: worker.keys, for: .reset)?.requestID == id)
                #expect(try await database.outcome(id) == "sent")
                let row = try #require(
                    try await database.execute(
                        """
                        SELECT sent_to, message_id, attempts, account_id, claimed_by IS NULL AS is_free,
                               sent_at IS NOT NULL AND expires_at > sent_at AS is_timed, last_reply
                          FROM resetd.outbox WHERE id = \(id)
                        """
                    ).first)
                #expect(try row.get("sent_to") == "person1@example.org")
                #expect(mail.text.contains("Message-ID: \(try row.get("message_id", as: String.self))\r\n"))
                #expect(try row.get("attempts") == 0)
                #expect(try row.get("is_free") == true)
                #expect(try row.get("is_timed") == true)
                #expect(try row.get("last_reply", as: String.self).hasPrefix("250"))
            }
        }
    }

    @Test func `what cannot be mailed is settled without a word to the relay`() async throws {
        let database = try TestDatabase.current
        try await database.executeScript(
            """
            INSERT INTO directory.users (login_id, full_name, email, access, disabled) VALUES
                ('a', 'Shared', 'shared@example.org', '{professional}', false),
                ('b', 'Shared', 'Shared@example.org', '{mobile}', true),
                ('c', 'Mobile', 'mobile@example.org', '{mobile}', false),
                ('d', 'Gone', 'gone@example.org', '{professional}', true),
                ('e', 'Smuggler', E'victim@example.org\\r\\nRCPT TO:<evil@example.net>', '{app}', false),
                ('f', 'Mitte', E'evil\\r\\nDATA@example.org', '{app}', false);
            """)
        try await withScriptedRelay { relay in
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                let expected = [
                    ("shared@example.org", "rejected/duplicate_email"),
                    ("mobile@example.org", "rejected/not_recoverable"),
                    ("gone@example.org", "rejected/disabled"),
                    ("nobody@example.org", "rejected/unknown_email"),
                    ("no address", "rejected/invalid_email"),
                    ("victim@example.org\r\nRCPT TO:<evil@example.net>", "rejected/invalid_email"),
                ]
                let ids = try await database.execute(
                    """
                    INSERT INTO resetd.outbox (email)
                    SELECT email FROM unnest(\(expected.map(\.0))::text[]) WITH ORDINALITY AS t (email, n)
                    ORDER BY n RETURNING id
                    """
                ).map { try $0.get("id", as: Int64.self) }
                try await worker.wait { events in
                    events.reduce(0) { sum, event in
                        if case .claimed(_, let settled) = event { sum + settled.values.reduce(0, +) } else { sum }
                    } >= expected.count
                }
                for (id, (_, outcome)) in zip(ids, expected) { #expect(try await database.outcome(id) == outcome) }
                #expect(relay.history.connections == 0)
            }
        }
    }

    @Test func `two workers mail each of two thousand requests once, and commit by the batch`() async throws {
        let database = try TestDatabase.current
        let count = 2000
        try await database.addPeople(count)
        try await withScriptedRelay { relay in
            let first = try await RunningWorker.start(RunningWorker.settings(relay: relay.url))
            let second = try await RunningWorker.start(RunningWorker.settings(relay: relay.url))
            try await database.requestAll(count)
            let mails = try await relay.waitForMails(count)
            try await first.stop()
            try await second.stop()
            #expect(Set(mails.flatMap(\.recipients)).count == count)
            #expect(relay.mails.count == count)
            #expect(
                try await database.number("SELECT count(*) AS number FROM resetd.outbox WHERE state = 'sent'") == count)
            // A row's xmin is the transaction that wrote it last, which recorded its outcome.
            let writers = try await database.number(
                "SELECT count(DISTINCT xmin::text) AS number FROM resetd.outbox")
            #expect(writers < count / 4)
        }
    }

    @Test func `ten mails wait for ten slow dots at the same time`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(10)
        let script = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        try await withScriptedRelay(script) { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.connections = 10
            try await withWorker(settings) { _ in
                try await database.requestAll(10)
                try await relay.wait { $0.greatestOverlap == 10 }
                relay.release()
                _ = try await relay.waitForMails(10)
            }
        }
    }

    @Test func `a stop gives back what no session has taken, and nothing stays claimed`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(50)
        let script = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        try await withScriptedRelay(script) { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.connections = 1
            let worker = try await RunningWorker.start(settings)
            try await database.requestAll(50)
            try await relay.wait { $0.greatestOverlap == 1 }
            async let stopped: Void = worker.stop()
            relay.use(RelayScript())
            relay.release()
            try await stopped
            #expect(
                try await database.number("SELECT count(*) AS number FROM resetd.outbox WHERE state = 'sending'") == 0)
            let sent = try await database.number("SELECT count(*) AS number FROM resetd.outbox WHERE state = 'sent'")
            #expect(sent == relay.mails.count)
            #expect(try await database.number("SELECT count(*) AS number FROM resetd.session") == 0)
        }
    }

    @Test func `an account that somebody keeps locked does not stand before the others`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(2)
        try await withScriptedRelay { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.batch = 4
            let holder = try await Connection.open(database.database)
            try await holder.execute("BEGIN")
            try await holder.execute("UPDATE directory.users SET edit_home_screen = true WHERE login_id = 'person1'")
            try await database.execute(
                "INSERT INTO resetd.outbox (email) SELECT 'person1@example.org' FROM generate_series(1, 20)")
            try await withWorker(settings) { _ in
                _ = try await database.request("person2@example.org")
                let first = try await relay.waitForMails(1)
                #expect(first.map(\.recipients) == [["person2@example.org"]])
                try await holder.execute("COMMIT")
                _ = try await relay.waitForMails(21)
            }
        }
    }

    static func token(in text: String) -> Substring? {
        text.split(separator: "\r\n").first { $0.hasPrefix("https://accounts.example.org/reset/") }?
            .split(separator: "/").last
    }
}
