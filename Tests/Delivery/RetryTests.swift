import NIOConcurrencyHelpers
import PasswordReset
import Postgres
import SMTP
import TestSupport
import Testing

@testable import Delivery

/// Texts as milter-greylist, postgrey, sqlgrey, greyfix and providers send them, and others that only look alike.
@Suite struct RetryHintTests {
    @Test(arguments: [
        (300, "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted for 300 seconds"),
        (300, "450 Greylisted for 5 minutes"), (60, "450 Greylisted for 60 seconds please try again"),
        (296, "451 4.7.1 Greylisting in action, please come back in 00:04:56"), (600, "450 Please wait 10 minutes"),
        (30, "450 4.7.1 Greylisted by greyfix 0.4.0, try again in 30 seconds. See http://e.example/"),
        (300, "451 please try again in 5 minutes"), (3600, "451 4.7.1 Try again in 1 hour"),
        (900, "451 Please retry in 15 minutes."), (299, "450 retry in 4m59s"), (60, "450 try again in 60s"),
        (330, "451 try again in 5 minutes and 30 seconds"), (300, "451 greylisted, try again after 300 seconds"),
    ]) func `a time that a greylisting relay names is waited for`(seconds: Int, reply: String) {
        #expect(RetryHint(reply)?.wait == .seconds(seconds))
    }

    @Test(arguments: [
        "451 4.7.1 Try again later", "450 Recipient address rejected: Greylisted, see http://e.example/help/b.html",
        "451 try again in 192.0.2.1", "451 4.7.500 Server busy. Please try again later from [192.0.2.10]. (S77719)",
        "451 try again after 3 messages", "450 too many: 100 messages in 60 minutes", "451 back in 10:00:00::1",
        "451 Timeout waiting for data after 300 seconds", "450 retrying too fast. penalty: 30 seconds x 0 retries.",
    ]) func `numbers that are no invitation are no time`(reply: String) { #expect(RetryHint(reply) == nil) }
}

@Suite(.database, .timeLimit(.minutes(5)))
struct RetryTests {
    @Test func `a 4xx to the recipient is tried again with the same bytes, and costs an attempt`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        let dots = NIOLockedValueBox(0)
        let script = RelayScript { event in
            guard event.stage == .dot else { return .usual }
            let isFirst = dots.withLockedValue { dots in
                dots += 1
                return dots == 1
            }
            return isFirst ? .keep(.reply("451 4.7.1 Greylisted")) : .usual
        }
        try await withScriptedRelay(script) { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.backoff = Backoff(base: .milliseconds(1), cap: .seconds(1))
            settings.pollInterval = .milliseconds(100)
            try await withWorker(settings) { worker in
                let id = try await database.request("person1@example.org")
                let mails = try await relay.waitForMails(2)
                try await worker.waitForRecords(2)
                #expect(mails[0].content == mails[1].content)
                #expect(try await database.outcome(id) == "sent")
                #expect(try await database.number("SELECT attempts AS number FROM resetd.outbox WHERE id = \(id)") == 1)
                #expect(try await database.number("SELECT fence AS number FROM resetd.outbox WHERE id = \(id)") == 2)
            }
        }
    }

    @Test func `a 5xx to the recipient fails the request and keeps the reply`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(2)
        let script = RelayScript { event in
            event.stage == .rcpt && event.command.contains("person1@") ? .reply("550 5.1.1 No such user") : .usual
        }
        try await withScriptedRelay(script) { relay in
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                let refused = try await database.request("person1@example.org")
                let accepted = try await database.request("person2@example.org")
                try await worker.waitForRecords(2)
                #expect(try await database.outcome(refused) == "failed/undeliverable")
                #expect(try await database.outcome(accepted) == "sent")
                let row = try await database.execute("SELECT last_reply FROM resetd.outbox WHERE id = \(refused)").first
                #expect(try row?.get("last_reply", as: String.self).contains("5.1.1") == true)
            }
        }
    }

    @Test func `while the relay is away no mail loses an attempt, and all go when it is back`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(20)
        try await withScriptedRelay { relay in
            await relay.goAway()
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                try await database.requestAll(20)
                try await worker.wait { $0.contains { if case .relay(isWorking: false) = $0 { true } else { false } } }
                try await relay.comeBack()
                _ = try await relay.waitForMails(20)
                try await worker.wait { $0.contains { if case .relay(isWorking: true) = $0 { true } else { false } } }
                #expect(try await database.number("SELECT sum(attempts)::bigint AS number FROM resetd.outbox") == 0)
                #expect(Set(relay.mails.flatMap(\.recipients)).count == 20)
            }
        }
    }

    @Test func `a dot without an answer is tried again under the same Message-ID`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        let script = RelayScript { event in
            event.stage == .dot && event.connection == 1 ? .keep(.close) : .usual
        }
        try await withScriptedRelay(script) { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.pollInterval = .milliseconds(100)
            try await withWorker(settings) { worker in
                let id = try await database.request("person1@example.org")
                try await worker.wait { $0.contains { if case .unknownOutcome = $0 { true } else { false } } }
                try await worker.waitForRecords(1)
                // The wait of some seconds is for the relay's sake, not for the test's.
                try await database.execute("UPDATE resetd.outbox SET due_at = now() WHERE id = \(id)")
                let mails = try await relay.waitForMails(2)
                #expect(mails[0].content == mails[1].content)
            }
        }
    }

    @Test func `a request whose account has changed since is cancelled instead of mailed again`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        let script = RelayScript { $0.stage == .rcpt ? .reply("450 4.2.0 Later") : .usual }
        try await withScriptedRelay(script) { relay in
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                let id = try await database.request("person1@example.org")
                try await worker.waitForRecords(1)
                try await database.execute("UPDATE directory.users SET password_hash = 'x'")
                try await database.execute("UPDATE resetd.outbox SET due_at = now() WHERE id = \(id)")
                _ = try await database.request("nobody@example.org")
                try await worker.wait { events in
                    events.contains {
                        if case .claimed(_, let settled) = $0 { settled["account_changed"] == 1 } else { false }
                    }
                }
                #expect(try await database.outcome(id) == "cancelled/account_changed")
                #expect(relay.mails.isEmpty)
            }
        }
    }

    @Test func `a row that was cancelled while its mail was on the wire stays cancelled`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(1)
        let script = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        try await withScriptedRelay(script) { relay in
            try await withWorker(RunningWorker.settings(relay: relay.url)) { worker in
                let id = try await database.request("person1@example.org")
                try await relay.wait { $0.greatestOverlap == 1 }
                try await database.execute("UPDATE resetd.outbox SET state = 'cancelled' WHERE id = \(id)")
                relay.release()
                try await worker.waitForRecords(1)
                #expect(try await database.outcome(id) == "cancelled")
            }
        }
    }

    @Test func `rows of a daemon that fell silent go back to the queue, and the tenth time they are parked`()
        async throws
    {
        let database = try TestDatabase.current
        try await database.addPeople(2)
        try await database.requestAll(2)
        try await database.executeScript(
            """
            INSERT INTO resetd.session (id, heartbeat_at) VALUES (-1, now() - interval '1 hour');
            UPDATE resetd.outbox SET state = 'sending', claimed_by = -1, fence = 1;
            UPDATE resetd.outbox SET rescues = 9 WHERE email = 'person2@example.org';
            """)
        try await withScriptedRelay { relay in
            var settings = try RunningWorker.settings(relay: relay.url)
            settings.lease = .milliseconds(500)
            settings.pollInterval = .milliseconds(100)
            try await withWorker(settings) { worker in
                _ = try await relay.waitForMails(1)
                try await worker.wait { $0.contains { if case .rescued = $0 { true } else { false } } }
                #expect(relay.mails.allSatisfy { $0.recipients == ["person1@example.org"] })
                let parked = try await database.execute(
                    "SELECT concat_ws('/', state, reason) AS outcome FROM resetd.outbox WHERE rescues = 10")
                #expect(try parked.map { try $0.get("outcome", as: String.self) } == ["failed/poison"])
            }
        }
    }

    @Test func `rows of a claim whose answer was lost go back, and those that are known stay`() async throws {
        let database = try TestDatabase.current
        try await database.addPeople(2)
        try await database.requestAll(2)
        let pool = database.pool()
        let session = try await DaemonSession.open(lease: .seconds(30), clock: DatabaseClock(), on: pool)
        try await database.execute(
            "UPDATE resetd.outbox SET state = 'sending', claimed_by = \(session.number), fence = 1")
        let rescue = Rescue(session: session, lease: .seconds(30))
        #expect(try await rescue.giveBackOwn(except: [1], on: pool) == 1)
        #expect(try await database.outcome(1) == "sending")
        #expect(try await database.outcome(2) == "queued")
    }
}
