import Testing

@testable import SMTP

/// The table of blame against what relays are documented to say.
@Suite struct RelayRepliesTests {
    /// The one reply in the text, read by the same parser as a relay's.
    private func parsed(_ text: String) throws -> Reply {
        var parser = ReplyParser()
        let fits = parser.receive(Array(text.split(separator: "\n").map { "\($0)\r\n" }.joined().utf8))
        #expect(fits)
        let next = try parser.next()
        let found = try #require(next)
        let reply = parser.reply(found)
        #expect(parser.isEmpty)
        return reply
    }

    private func check(_ row: RelayReply) throws {
        let reply = try parsed(row.text)
        #expect(verdict(code: reply.code, enhanced: reply.enhanced, at: row.stage) == row.verdict)
    }

    @Test(arguments: ServerReplies.postfix) func `Postfix's replies blame whom they concern`(row: RelayReply) throws {
        try check(row)
    }

    @Test(arguments: ServerReplies.exim) func `Exim's replies blame whom they concern`(row: RelayReply) throws {
        try check(row)
    }

    @Test(arguments: ProviderReplies.exchange)
    func `Exchange's replies blame whom they concern`(row: RelayReply) throws {
        try check(row)
    }

    @Test(arguments: ProviderReplies.gmail) func `Gmail's replies blame whom they concern`(row: RelayReply) throws {
        try check(row)
    }

    @Test(arguments: ProviderReplies.ses) func `Amazon SES's replies blame whom they concern`(row: RelayReply) throws {
        try check(row)
    }

    @Test func `a reply of several lines is judged by its code when its first line has no status`() throws {
        let reply = try parsed("552-Too big\n552 5.2.2 Mailbox full")
        #expect(reply.enhanced == nil)
        #expect(verdict(code: reply.code, enhanced: reply.enhanced, at: .sender) == .refused)
    }

    @Test(arguments: [422, 432, 450, 451, 452, 454, 455, 499], [Stage.recipient, .data, .dot])
    func `a 4xx that answers a mail never ends the session, whatever it says of the system`(
        code: Int, stage: Stage
    ) throws {
        for status in ["", "4.2.0 ", "4.3.0 ", "4.3.1 ", "4.3.2 ", "4.3.5 ", "4.4.2 ", "4.5.0 ", "4.7.0 ", "4.7.500 "] {
            let reply = try parsed("\(code) \(status)Not now")
            #expect(verdict(code: reply.code, enhanced: reply.enhanced, at: stage) == .deferred)
        }
    }
}
