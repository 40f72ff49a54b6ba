import Delivery
import Foundation
import PasswordReset
import Postgres
import SMTP
import TestSupport
import Testing

/// Once through a real relay: Postfix, as Debian has it, with STARTTLS.
@Suite(.database, .timeLimit(.minutes(5)))
struct PostfixTests {
    private static func variable(_ name: String) throws -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else {
            throw TestDatabase.MissingServer("\(name) is not set; run the tests with Scripts/test")
        }
        return value
    }

    @Test func `Postfix takes mails over verified STARTTLS and delivers them into a mailbox`() async throws {
        let database = try TestDatabase.current
        let address = "anna-\(UUID().uuidString.lowercased())@postfix.test"
        try await database.execute(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES ('anna', 'Änne <b>Muster</b>', \(address))"
        )
        try await database.execute(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES ('ron', 'Ron', 'refused@postfix.test')")
        let settings = try RunningWorker.settings(
            relay: Self.variable("RESETD_TEST_POSTFIX"), security: .required,
            caFile: Self.variable("RESETD_TEST_POSTFIX_CA"))
        try await withWorker(settings) { worker in
            let accepted = try await database.request(address)
            let refused = try await database.request("refused@postfix.test")
            try await worker.waitForRecords(2)
            #expect(try await database.outcome(accepted) == "sent")
            #expect(try await database.outcome(refused) == "failed/undeliverable")
            let mail = try await Self.delivered(to: address)
            #expect(mail.contains("To: =?utf-8?B?"))
            #expect(mail.contains("ESMTPS"))
            #expect(mail.contains("multipart/alternative"))
        }
    }

    @Test func `Postfix takes a local part with a comment's parentheses for what it is, and not for another`()
        async throws
    {
        let database = try TestDatabase.current
        let name = UUID().uuidString.lowercased()
        try await database.execute(
            "INSERT INTO directory.users (login_id, full_name, email) VALUES ('anna', 'Anna', \("\(name)(x)@postfix.test"))"
        )
        let settings = try RunningWorker.settings(
            relay: Self.variable("RESETD_TEST_POSTFIX"), security: .required,
            caFile: Self.variable("RESETD_TEST_POSTFIX_CA"))
        try await withWorker(settings) { worker in
            let accepted = try await database.request("\(name)(x)@postfix.test")
            try await worker.waitForRecords(1)
            #expect(try await database.outcome(accepted) == "sent")
            let mail = try await Self.delivered(to: "\"\(name)(x)\"@postfix.test")
            #expect(mail.contains("Delivered-To: \"\(name)(x)\"@postfix.test"))
        }
    }

    /// Postfix accepts a mail some moments before it lies in the mailbox.
    private static func delivered(to address: String) async throws -> String {
        let folder = try variable("RESETD_TEST_POSTFIX_MAILDIR") + "/new"
        while true {
            for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
                if text.contains(address) { return text }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
