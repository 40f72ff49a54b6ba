import Testing

@testable import SMTP

@Suite struct MailTests {
    @Test(arguments: [
        ("a\r\nb\r\n", false), ("", false), ("a", false), ("\r\n", false), ("a\nb\r\n", true), ("a\rb\r\n", true),
        ("\n", true), ("a\r", true), ("a\r\r\n", true), ("a\r\n\n", true), ("\r\n\r", true),
    ])
    func `a CR or LF that stands alone is found`(content: String, isBare: Bool) throws {
        #expect(ContentShape(of: Array(content.utf8)).hasBareLineEnd == isBare)
    }

    @Test(arguments: [
        ("a\r\n.b", true), (".", true), ("a.b\r\n c.\r\n", false), ("a\r\n", false), ("\r\n.", true),
    ])
    func `a dot at the beginning of a line is found`(content: String, hasDot: Bool) {
        #expect(ContentShape(of: Array(content.utf8)).hasLeadingDot == hasDot)
    }

    @Test func `size counts the last line's end and no stuffing`() throws {
        #expect(try mail("a@example.org", ".a\r\n").size == 4)
        #expect(try mail("a@example.org", ".a").size == 4)
        #expect(try mail("a@example.org", "").size == 0)
    }

    @Test func `octets beyond ASCII are found`() {
        #expect(ContentShape(of: Array("ü\r\n".utf8)).isEightBit)
        #expect(!ContentShape(of: Array("u\r\n".utf8)).isEightBit)
    }
}
