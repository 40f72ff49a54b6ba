import Testing
import TestSupport

@testable import SMTP

/// Both manners of speaking: pipelined, and one command at a time.
private let manners = [RelayScript().extensions, RelayScript.stepwise]

@Suite(.timeLimit(.minutes(5))) struct DeliverTests {
    @Test(arguments: manners)
    func `every mail arrives, once and in order, over one connection`(extensions: [String]) async throws {
        try await withScriptedRelay(RelayScript(extensions: extensions)) { relay in
            let bag = try Postbag(count: 25)
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes.allSatisfy { $0?.isAccepted == true })
            #expect(bag.outcomes.first??.reply?.text == "250 2.0.0 Ok: queued as 1")
            #expect(relay.mails.map(\.recipients) == (1...25).map { ["person\($0)@example.org"] })
            #expect(relay.mails.allSatisfy { $0.text == "Subject: x\r\n\r\nHello\r\n" })
            #expect(relay.mails.allSatisfy { $0.sender == "reset@example.org" })
            #expect(relay.history.connections == 1)
            #expect(await !session.isSpent)
            await session.quit()
            try await relay.wait { $0.commands.last == "QUIT" && $0.open == 0 }
            #expect(await session.isSpent)
        }
    }

    @Test func `a relay that pipelines gets an envelope in one write, another one command at a time`() async throws {
        for (extensions, largest) in [(manners[0], 3), (manners[1], 1)] {
            try await withScriptedRelay(RelayScript(extensions: extensions)) { relay in
                let session = Session(relay: try Relay(relay))
                #expect(await session.connecting() == nil)
                #expect(await session.deliver(try Postbag(count: 3)) == nil)
                #expect(relay.history.largestGroup == largest)
            }
        }
    }

    @Test func `the next envelope travels with the dot, before the dot is answered`() async throws {
        let script = RelayScript { $0.stage == .dot && $0.transaction == 1 ? .hold(.usual) : .usual }
        try await withScriptedRelay(script) { relay in
            let session = Session(relay: try Relay(relay))
            let bag = try Postbag(count: 2)
            #expect(await session.connecting() == nil)
            async let failure = session.deliver(bag)
            try await relay.wait { $0.greatestOverlap == 1 }
            // Both are out of the bag while the first dot is unanswered.
            while !bag.isEmpty { await Task.yield() }
            #expect(bag.outcomes == [nil, nil])
            relay.release()
            #expect(await failure == nil)
            #expect(bag.outcomes.allSatisfy { $0?.isAccepted == true })
        }
    }

    @Test func `ten sessions wait for ten slow dots at the same time`() async throws {
        let script = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        try await withScriptedRelay(script) { relay in
            let settings = try Relay(relay)
            let bag = try Postbag(count: 10)
            let sessions = (0..<10).map { _ in
                Session(relay: settings, limits: .init(mails: 1, age: .seconds(60), idle: .seconds(60)))
            }
            for session in sessions { #expect(await session.connecting() == nil) }
            try await withThrowingTaskGroup { group in
                for session in sessions { group.addTask { #expect(await session.deliver(bag) == nil) } }
                // However slow the machine: no dot is answered before all ten wait.
                try await relay.wait { $0.greatestOverlap == 10 }
                relay.release()
                try await group.waitForAll()
            }
            #expect(bag.outcomes.allSatisfy { $0?.isAccepted == true })
        }
    }

    @Test func `eighty blocked sessions do not keep the eighty-first from its work`() async throws {
        let script = RelayScript { $0.stage == .dot ? .hold(.usual) : .usual }
        try await withScriptedRelay(script) { relay in
            let settings = try Relay(relay)
            let bag = try Postbag(count: 81)
            await withTaskGroup { group in
                for _ in 0..<81 {
                    group.addTask {
                        let session = Session(
                            relay: settings, limits: .init(mails: 1, age: .seconds(60), idle: .seconds(60)))
                        #expect(await session.connecting() == nil)
                        #expect(await session.deliver(bag) == nil)
                    }
                }
                group.addTask {
                    try? await relay.wait { $0.greatestOverlap == 81 }
                    relay.release()
                }
            }
            #expect(relay.mails.count == 81)
        }
    }

    @Test(arguments: manners)
    func `dots are stuffed and a last line gets its end`(extensions: [String]) async throws {
        let content = ".one\r\n..two\r\n.\r\nthree\r\n."
        try await withScriptedRelay(RelayScript(extensions: extensions)) { relay in
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            let bag = Postbag([try mail("a@example.org", content), try mail("b@example.org", "")])
            #expect(await session.deliver(bag) == nil)
            #expect(relay.mails.map(\.text) == [content + "\r\n", ""])
        }
    }

    @Test(arguments: [RelayScript.Encryption.none, .startTLS(.good)])
    func `a content of many TLS records and socket buffers arrives whole`(
        encryption: RelayScript.Encryption
    ) async throws {
        let certificates = try await TestCertificate.shared()
        // Under a sanitizer the relay takes a minute for as much.
        let lines = BuiltProgram.isSanitized ? 10_000 : 60_000
        let content = (0..<lines).map { ".\($0) " + String(repeating: "y", count: 60) + "\r\n" }.joined()
        try await withScriptedRelay(RelayScript(encryption: encryption)) { relay in
            var security = TransportSecurity.off
            if case .startTLS = encryption { security = .required }
            let settings = try Relay(relay, security: security, caFile: certificates.authorityFile)
            let session = Session(relay: settings)
            #expect(await session.connecting() == nil)
            let bag = Postbag([try mail("a@example.org", content), try mail("b@example.org")])
            #expect(await session.deliver(bag) == nil)
            #expect(relay.mails.first?.content == Array(content.utf8))
            #expect(relay.mails.count == 2)
        }
    }

    @Test func `a bare line end is refused without a byte on the wire, and the next mail passes`() async throws {
        try await withScriptedRelay { relay in
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            let bag = Postbag([
                try mail("a@example.org", "x\r\n.\nMAIL FROM:<e@e.example>\r\n"), try mail("b@example.org"),
                try mail("c@example.org", "x\n.\r\n"),
            ])
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes.map { $0?.reply?.code } == [554, 250, 554])
            #expect(bag.outcomes.map { $0?.isAccepted } == [false, true, false])
            #expect(relay.commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<b@example.org>"])
        }
    }

    @Test func `parameters are used only as offered`() async throws {
        let mails = [
            try mail("anna@münchen.example"), try mail("jürgen@example.org"), try mail("c@example.org", "ü\r\n"),
        ]
        try await withScriptedRelay { relay in
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            let bag = Postbag(mails)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes.allSatisfy { $0?.isAccepted == true })
            #expect(relay.mails.map(\.recipients)[0] == ["anna@xn--mnchen-3ya.example"])
            #expect(
                relay.commands.filter { $0.hasPrefix("MAIL") } == [
                    "MAIL FROM:<reset@example.org> SIZE=21", "MAIL FROM:<reset@example.org> SIZE=21 SMTPUTF8",
                    "MAIL FROM:<reset@example.org> SIZE=4 BODY=8BITMIME",
                ])
        }
        try await withScriptedRelay(RelayScript(extensions: [])) { relay in
            let session = Session(relay: try Relay(relay))
            #expect(await session.connecting() == nil)
            let bag = Postbag(mails)
            #expect(await session.deliver(bag) == nil)
            #expect(bag.outcomes.map { $0?.reply?.enhanced?.description } == ["2.0.0", "5.6.7", "5.6.3"])
            #expect(relay.commands.filter { $0.hasPrefix("MAIL") } == ["MAIL FROM:<reset@example.org>"])
        }
    }
}
