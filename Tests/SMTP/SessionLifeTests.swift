import Testing
import TestSupport

@testable import SMTP

/// When a session is of no more use, and how one asks without sending.
@Suite(.timeLimit(.minutes(5))) struct SessionLifeTests {
    @Test func `a session that has done its count takes no more and is spent`() async throws {
        try await withScriptedRelay { relay in
            let session = Session(
                relay: try Relay(relay), limits: .init(mails: 3, age: .seconds(60), idle: .seconds(60)))
            #expect(await session.connecting() == nil)
            let bag = try Postbag(count: 5)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes.compactMap { $0 }.count == 3)
            #expect(await session.isSpent)
            #expect(await session.deliver(bag) == nil)
            #expect(!bag.isEmpty)
        }
    }

    @Test func `age and idleness end a session's use`() async throws {
        try await withScriptedRelay { relay in
            for limits in [
                SessionLimits(mails: 9, age: .zero, idle: .seconds(60)),
                SessionLimits(mails: 9, age: .seconds(60), idle: .zero),
            ] {
                let session = Session(relay: try Relay(relay), limits: limits)
                #expect(await session.connecting() == nil)
                #expect(await session.isSpent)
            }
        }
    }

    @Test func `a probe asks for the sender and takes it back`() async throws {
        try await withScriptedRelay { relay in
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            try await session.probe(sender: Mailbox("reset@example.org"))
            #expect(relay.commands == ["EHLO resetd.test", "MAIL FROM:<reset@example.org>", "RSET"])
            #expect(await session.deliver(try Postbag(count: 1)) == nil)
            #expect(relay.mails.count == 1)
        }
    }
}
