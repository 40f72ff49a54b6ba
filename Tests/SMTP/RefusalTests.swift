import Testing
import TestSupport

@testable import SMTP

private let manners = [RelayScript().extensions, RelayScript.stepwise]

@Suite(.timeLimit(.minutes(5))) struct RefusalTests {
    /// Answers `reply` at one stage of the second of three mails, and says what became of all three.
    private func outcomes(
        _ reply: String, at stage: RelayScript.Stage, _ extensions: [String]
    ) async throws -> (outcomes: [Outcome?], failure: SessionFailure?, history: RelayHistory) {
        let script = RelayScript(extensions: extensions) { event in
            event.stage == stage && event.transaction == 2 ? .reply(reply) : .usual
        }
        return try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 3)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            let failure = await session.deliver(bag)
            return (bag.outcomes, failure, relay.history)
        }
    }

    @Test(arguments: [RelayScript.Stage.rcpt, .data, .dot], manners)
    func `a 4xx to RCPT, DATA or the dot is the recipient's and the next mail passes`(
        stage: RelayScript.Stage, extensions: [String]
    ) async throws {
        let result = try await outcomes("450 4.2.0 Greylisted", at: stage, extensions)
        #expect(result.failure == nil)
        #expect(result.outcomes[1] == .deferred(.recipient, Reply(code: 450, text: "4.2.0 Greylisted")))
        #expect(result.history.mails.map(\.recipients) == [["person1@example.org"], ["person3@example.org"]])
    }

    @Test(arguments: [RelayScript.Stage.rcpt, .data, .dot], manners)
    func `a 5xx to RCPT, DATA or the dot is the mail's for good and the next mail passes`(
        stage: RelayScript.Stage, extensions: [String]
    ) async throws {
        let result = try await outcomes("550-5.1.1 Nobody\n550 5.1.1 of that name", at: stage, extensions)
        #expect(result.failure == nil)
        #expect(result.outcomes[1] == .refused(Reply(code: 550, text: "5.1.1 Nobody\n5.1.1 of that name")))
        #expect(result.history.mails.map(\.recipients) == [["person1@example.org"], ["person3@example.org"]])
    }

    @Test(arguments: manners)
    func `552 to MAIL is the mail's and the next mail passes`(extensions: [String]) async throws {
        let result = try await outcomes("552 5.3.4 Too big", at: .mail, extensions)
        #expect(result.failure == nil)
        #expect(result.outcomes[1] == .refused(Reply(code: 552, text: "5.3.4 Too big")))
        #expect(result.history.mails.count == 2)
    }

    @Test(arguments: [("550 5.7.1 Not you", Blame.ourselves), ("451 4.3.0 Busy", .relay)], manners)
    func `any other refusal of MAIL spares the mail and ends the session`(
        refusal: (String, Blame), extensions: [String]
    ) async throws {
        let result = try await outcomes(refusal.0, at: .mail, extensions)
        #expect(result.failure?.stage == .sender)
        #expect(result.failure?.blame == refusal.1)
        #expect(result.outcomes[0]?.isAccepted == true)
        #expect(result.outcomes[1] == .deferred(refusal.1, result.failure?.reply))
        #expect(result.outcomes[2] == nil)
    }

    @Test(arguments: [RelayScript.Stage.mail, .rcpt, .data, .dot], manners)
    func `421 at any stage spares every mail and ends the session`(
        stage: RelayScript.Stage, extensions: [String]
    ) async throws {
        let result = try await outcomes("421 4.3.2 Shutting down", at: stage, extensions)
        #expect(result.failure?.blame == .relay)
        #expect(result.outcomes[0]?.isAccepted == true)
        #expect(result.outcomes[1] == spared(stage, Reply(code: 421, text: "4.3.2 Shutting down")))
        #expect(result.history.mails.count == 1)
    }

    @Test func `DATA that is answered 354 without a recipient gets a lone dot, never the content`() async throws {
        let script = RelayScript { event in
            switch (event.stage, event.transaction) {
            case (.rcpt, 1): .reply("550 5.1.1 Nobody")
            case (.data, 1): .reply("354 Go on, then")
            default: .usual
            }
        }
        try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 2)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes[0] == .refused(Reply(code: 550, text: "5.1.1 Nobody")))
            #expect(bag.outcomes[1]?.isAccepted == true)
            #expect(relay.mails.map(\.recipients) == [["person2@example.org"]])
            #expect(relay.commands.contains("RSET"))
        }
    }

    @Test(arguments: manners)
    func `a refusal that is followed by a cut still counts`(extensions: [String]) async throws {
        let script = RelayScript(extensions: extensions) {
            $0.stage == .rcpt ? .replyAndClose("550 5.1.1 Nobody") : .usual
        }
        try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 1)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            _ = await session.deliver(bag)
            #expect(bag.outcomes == [.refused(Reply(code: 550, text: "5.1.1 Nobody"))])
        }
    }

    @Test(arguments: manners)
    func `ten refusals in a row leave the session in step`(extensions: [String]) async throws {
        let script = RelayScript(extensions: extensions) { event in
            event.stage == .rcpt && event.transaction.isMultiple(of: 2) ? .reply("450 4.2.0 Later") : .usual
        }
        try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 20)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes.map { $0?.isAccepted } == (1...20).map { !$0.isMultiple(of: 2) })
            #expect(
                relay.mails.flatMap(\.recipients) == stride(from: 1, to: 20, by: 2).map { "person\($0)@example.org" })
        }
    }
}
