import Testing

@testable import SMTP

@Suite struct VerdictTests {
    private func judge(_ text: String, _ stage: Stage) -> Verdict {
        let reply = Reply(code: Int(text.prefix(3)) ?? 0, text: String(text.dropFirst(4)))
        return verdict(code: reply.code, enhanced: reply.enhanced, at: stage)
    }

    @Test(arguments: [
        ("250 Ok", Stage.sender), ("250 Ok", .recipient), ("251 Forwarded", .recipient), ("252 Unseen", .recipient),
        ("354 Go", .data), ("250 Queued", .dot), ("250 Ok", .reset), ("220 Hi", .greeting), ("235 In", .authentication),
    ])
    func `what was hoped for goes on`(reply: String, stage: Stage) {
        #expect(judge(reply, stage) == .proceed)
    }

    @Test(arguments: [
        ("354 Go", Stage.sender), ("354 Go", .recipient), ("250 Ok", .data), ("354 Go", .dot), ("221 Bye", .dot),
        ("220 Hi", .sender), ("235 In", .recipient), ("250 Ok", .greeting),
    ])
    func `an answer to another question is out of step`(reply: String, stage: Stage) {
        #expect(judge(reply, stage) == .outOfStep)
    }

    @Test(arguments: [Stage.recipient, .data, .dot])
    func `5xx to RCPT, DATA or the dot is the mail's for good, 4xx for now`(stage: Stage) {
        #expect(judge("550 5.1.1 User unknown", stage) == .refused)
        #expect(judge("554 5.7.1 Rejected", stage) == .refused)
        #expect(judge("450 4.2.0 Greylisted", stage) == .deferred)
        #expect(judge("452 4.5.3 Too many recipients", stage) == .deferred)
    }

    @Test(arguments: [Stage.sender, .recipient, .data, .dot])
    func `552 and x.3.4 are the mail's at any stage`(stage: Stage) {
        #expect(judge("552 Too big", stage) == .refused)
        #expect(judge("554 5.3.4 Message too big for system", stage) == .refused)
        #expect(judge("452 4.3.4 Message too big for now", stage) == .deferred)
    }

    @Test(arguments: [
        ("550 5.7.1 Sender rejected", Stage.sender, Blame.ourselves),
        ("530 5.7.0 Authentication required", .sender, .ourselves),
        ("535 5.7.8 Bad credentials", .authentication, .ourselves),
        ("451 4.3.0 Try later", .sender, .relay), ("454 4.7.0 Temporary failure", .authentication, .relay),
        ("554 No SMTP here", .greeting, .relay), ("451 Busy", .greeting, .relay), ("502 What", .reset, .relay),
    ])
    func `other refusals end the session and spare the mail`(reply: String, stage: Stage, blame: Blame) {
        #expect(judge(reply, stage) == .ends(blame))
    }

    @Test(arguments: Stage.allCases)
    func `421 is the relay's at every stage`(stage: Stage) {
        #expect(judge("421 4.3.4 Closing", stage) == .ends(.relay))
    }
}
