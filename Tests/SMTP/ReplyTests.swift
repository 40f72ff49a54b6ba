import Testing

@testable import SMTP

@Suite struct ReplyTests {
    /// All replies in the text, fed in pieces of so many bytes.
    private func replies(in text: String, by size: Int = .max) throws -> [Reply] {
        var parser = ReplyParser()
        var replies: [Reply] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let fits = parser.receive(rest.prefix(size))
            #expect(fits)
            rest = rest.dropFirst(size)
            while let found = try parser.next() { replies.append(parser.reply(found)) }
        }
        #expect(parser.isEmpty)
        return replies
    }

    @Test(arguments: [1, 2, 3, 7, .max])
    func `replies are found however the bytes arrive`(size: Int) throws {
        let text = "250-one\r\n250-2.0.0 two\r\n250 three\r\n354 go\r\n250\r\n550 5.1.1 no\n"
        let found = try replies(in: text, by: size)
        #expect(found.map(\.code) == [250, 354, 250, 550])
        #expect(found.first?.lines == ["one", "2.0.0 two", "three"])
        #expect(found.last?.enhanced == EnhancedStatus(5, 1, 1))
        #expect(found[2].lines == [""])
    }

    @Test(arguments: [
        "hello\r\n", "25\r\n", "2500 x\r\n", "250x\r\n", "150 x\r\n", "650 x\r\n", "250-a\r\n251 b\r\n", "\r\n",
        "25o x\r\n", " 250 x\r\n", "\u{0}\u{0}\u{0}\u{0}\r\n",
    ])
    func `what is no reply is malformed`(text: String) {
        #expect(throws: ReplyParser.Fault.malformed) { try replies(in: text) }
    }

    @Test func `a line without end, and lines without end, are oversized`() {
        #expect(throws: ReplyParser.Fault.oversized) { try replies(in: "250 " + String(repeating: "x", count: 5000)) }
        #expect(throws: ReplyParser.Fault.oversized) { try replies(in: String(repeating: "250-x\r\n", count: 200)) }
    }

    @Test func `the text is one capped line without anything that steers`() {
        let reply = Reply(code: 550, text: "5.1.1 <\u{1B}[31mred\u{7}>\n\u{202E}two\t\tlines\u{0}  ")
        #expect(reply.text == "550 5.1.1 < [31mred > two lines")
        #expect(Reply(code: 550, text: String(repeating: "é", count: 2000)).text.unicodeScalars.count == 400)
        #expect(Reply(code: 250, bytes: [0xFF, 0x41]).text == "250 \u{FFFD}A")
        #expect(Reply(code: 250, text: "").text == "250")
    }

    @Test func `an extension is a word in ASCII, in capitals or not`() {
        let hello = Reply(code: 250, text: "mx\npipelining\nSize 10\nP\u{131}PELINING\n\u{17F}MTPUTF8")
        var offered = Capabilities()
        (offered.pipelining, offered.size) = (true, true)
        #expect(Capabilities(hello) == offered)
        #expect(Capabilities(Reply(code: 250, text: "mx\nP\u{131}PELINING")) == Capabilities())
    }

    @Test(arguments: [
        ("5.1.1 x", EnhancedStatus(5, 1, 1)), ("4.321.999", EnhancedStatus(4, 321, 999)), ("5.1 x", nil),
        ("5.1.1x", nil), ("3.1.1 x", nil), ("55.1.1 x", nil), ("5.1.1234 x", nil), ("5.1.1.1 x", nil), ("", nil),
    ])
    func `an enhanced status stands at the beginning or not at all`(text: String, status: EnhancedStatus?) {
        #expect(Reply(code: 550, text: text).enhanced == status)
    }
}
