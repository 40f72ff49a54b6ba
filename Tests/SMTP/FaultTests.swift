import Testing
import TestSupport

@testable import SMTP

private let manners = [RelayScript().extensions, RelayScript.stepwise]

/// What no server may answer. Named, for a test's arguments are printed, and some of these are long.
private enum Garble: CaseIterable {
    case words, twoDigits, twoCodes, controls, unknownCode, endlessLine, endlessLines

    var text: String {
        switch self {
        case .words: "garbage\r\n"
        case .twoDigits: "25\r\n"
        case .twoCodes: "250-a\r\n550 b\r\n"
        case .controls: "\u{0}\u{1}\u{2}\u{3}\r\n"
        case .unknownCode: "999 x\r\n"
        case .endlessLine: "250-" + String(repeating: "x", count: 100_000)
        case .endlessLines: String(repeating: "250-x\r\n", count: 20_000)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    /// Does `action` at one stage of the second of three mails; what became of them.
    private func outcomes(
        _ action: RelayScript.Action, at stage: RelayScript.Stage, _ extensions: [String],
        timeout: Duration = .seconds(10)
    ) async throws -> (outcomes: [Outcome?], failure: SessionFailure?, isSpent: Bool, history: RelayHistory) {
        let script = RelayScript(extensions: extensions) { event in
            event.stage == stage && event.transaction == 2 ? action : .usual
        }
        return try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 3)
            let session = Session(relay: try Relay(relay, timeout: timeout, dotTimeout: timeout))
            #expect(await session.connecting() == nil)
            let failure = await session.deliver(bag)
            return (bag.outcomes, failure, await session.isSpent, relay.history)
        }
    }

    @Test(arguments: [RelayScript.Stage.mail, .rcpt, .data], manners)
    func `a cut before the content spares the mail`(stage: RelayScript.Stage, extensions: [String]) async throws {
        let result = try await outcomes(.close, at: stage, extensions)
        #expect(result.failure?.blame == .relay)
        #expect(result.outcomes[0]?.isAccepted == true)
        #expect(result.outcomes[1] == spared(stage))
        #expect(result.isSpent)
    }

    @Test(arguments: manners)
    func `a cut after the dot leaves the mail unknown, and a mail announced behind it spared`(
        extensions: [String]
    ) async throws {
        let result = try await outcomes(.keep(.close), at: .dot, extensions)
        #expect(result.failure?.stage == .dot)
        #expect(result.outcomes[0]?.isAccepted == true)
        #expect(result.outcomes[1] == .unknown)
        #expect(result.outcomes[2] == (extensions.contains("PIPELINING") ? .deferred(.relay, nil) : nil))
        #expect(result.history.mails.count == 2)
    }

    @Test(arguments: manners)
    func `a cut within a content that is not yet out spares the mail`(extensions: [String]) async throws {
        let script = RelayScript(extensions: extensions) { $0.stage == .body ? .close : .usual }
        try await withScriptedRelay(script) { relay in
            let long = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 200_000)
            let bag = Postbag([try mail("a@example.org", long)])
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            #expect(await session.deliver(bag)?.stage == .dot)
            #expect(bag.outcomes == [.interrupted(.relay, nil)])
            #expect(relay.mails.isEmpty)
        }
    }

    @Test(arguments: [RelayScript.Stage.mail, .rcpt, .data, .dot], manners)
    func `silence is waited for as long as set, and no longer`(
        stage: RelayScript.Stage, extensions: [String]
    ) async throws {
        let result = try await outcomes(.silence, at: stage, extensions, timeout: .seconds(1))
        #expect(result.failure?.blame == .relay)
        #expect(result.outcomes[1] == (stage == .dot ? .unknown : spared(stage)))
        #expect(result.isSpent)
    }

    @Test(arguments: Garble.allCases, [RelayScript.Stage.mail, .rcpt, .data, .dot])
    fileprivate func `a garbled or endless answer ends the session`(
        answer: Garble, stage: RelayScript.Stage
    ) async throws {
        for extensions in manners {
            let result = try await outcomes(.raw(Array(answer.text.utf8)), at: stage, extensions)
            #expect(result.failure?.blame == .relay)
            #expect(result.outcomes[0]?.isAccepted == true)
            #expect(result.outcomes[1] == (stage == .dot ? .unknown : spared(stage)))
            #expect(result.isSpent)
        }
    }

    @Test(
        arguments: [
            (RelayScript.Stage.mail, "354 Go"), (.rcpt, "354 Go"), (.data, "250 Ok"), (.dot, "354 Go"),
            (.dot, "220 Hi"),
        ], manners)
    func `an answer out of step ends the session`(
        step: (RelayScript.Stage, String), extensions: [String]
    ) async throws {
        let result = try await outcomes(.reply(step.1), at: step.0, extensions)
        #expect(result.failure?.blame == .relay)
        if step.0 == .dot {
            #expect(result.outcomes[1] == .unknown)
        } else {
            #expect(result.outcomes[1] == spared(step.0, result.failure?.reply))
        }
        #expect(result.isSpent)
    }

    @Test(arguments: manners)
    func `an answer too many at the 354 keeps the content back`(extensions: [String]) async throws {
        let result = try await outcomes(.reply("354 Go\n250 2.0.0 Ok"), at: .data, extensions)
        #expect(result.failure?.blame == .relay)
        #expect(result.outcomes[1] == .interrupted(.relay, nil))
        #expect(result.history.mails.count == 1)
    }

    @Test func `an answer too many at the last dot leaves that mail accepted and the session spent`() async throws {
        let script = RelayScript { $0.stage == .dot ? .reply("250 2.0.0 Ok\n250 2.0.0 Ok") : .usual }
        try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 1)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes[0]?.isAccepted == true)
            #expect(await session.isSpent)
        }
    }

    @Test func `multi-line answers at every stage are one answer each`() async throws {
        let script = RelayScript { event in
            switch event.stage {
            case .greeting: .reply("220-localhost\n220-ESMTP\n220 hello")
            case .mail, .rcpt, .dot, .rset: .reply("250-first\n250-second\n250 third")
            case .data: .reply("354-first\n354 second")
            default: .usual
            }
        }
        try await withScriptedRelay(script) { relay in
            let bag = try Postbag(count: 3)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            #expect(await session.deliver(bag) == nil)
            #expect(relay.mails.count == 3)
            #expect(bag.outcomes[2]?.reply?.lines == ["first", "second", "third"])
        }
    }

    @Test func `an idle session that was told 421 or closed is spent, and takes no mail`() async throws {
        for isTold in [true, false] {
            try await withScriptedRelay { relay in
                let session = Session(relay: try Relay(relay))
                #expect(await session.connecting() == nil)
                #expect(await session.deliver(try Postbag(count: 1)) == nil)
                #expect(await !session.isSpent)
                if isTold { try await relay.push("421 4.4.2 Idle\r\n") } else { await relay.hangUp() }
                while await !session.isSpent { await Task.yield() }
                let bag = try Postbag(count: 1)
                #expect(await session.deliver(bag) == nil)
                #expect(!bag.isEmpty)
            }
        }
    }

    @Test func `a session that is not connected takes no mail`() async throws {
        try await withScriptedRelay { relay in
            let bag = try Postbag(count: 1)
            #expect(await Session(relay: try Relay(relay)).deliver(bag)?.blame == .ourselves)
            #expect(!bag.isEmpty)
        }
    }
}
