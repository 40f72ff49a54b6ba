import Postgres
import TestSupport
import Testing

/// `resetd.email_key` and `resetd.is_mailable`, compared by bytes: Swift's `==` on strings is canonical equivalence.
@Suite(.database)
struct AddressTests {
    private func keys(_ addresses: [String]) async throws -> [[UInt8]] {
        let rows = try await TestDatabase.current.execute(
            """
            SELECT resetd.email_key(a.text) AS key
              FROM unnest(\(addresses)::text[]) WITH ORDINALITY AS a (text, place)
             ORDER BY a.place
            """)
        return try rows.map { Array(try $0.get("key", as: String.self).utf8) }
    }

    @Test func `addresses that are the same have one key`() async throws {
        let same = [
            ("ANN@Example.ORG", "ann@example.org"),
            (" \t\n\r\u{C}\u{B}ann@example.org\u{B}\u{C}\r\n\t ", "ann@example.org"),
            ("Jose\u{301}@example.org", "jos\u{E9}@example.org"), ("\u{212B}sa@example.org", "\u{C5}sa@example.org"),
            ("ann@M\u{FC}NCHEN.example.org", "ann@mu\u{308}nchen.example.org"), ("", "  "),
        ]
        let left = try await keys(same.map(\.0))
        let right = try await keys(same.map(\.1))
        #expect(left == right)
    }

    @Test func `addresses that only look the same have each their own`() async throws {
        let different = [
            // KELVIN SIGN: NFC makes it a K, which is not lowered any more.
            "kay@example.org", "\u{212A}ay@example.org",
            "i@example.org", "\u{131}@example.org", "\u{130}@example.org", "s@example.org", "\u{17F}@example.org",
            "\u{E9}@example.org", "\u{C9}@example.org", "e@example.org", "stra\u{DF}e@example.org",
            "strasse@example.org",
            "ann@example.org", "ann+tag@example.org", "a.nn@example.org", "an n@example.org", "ann@example.org.",
            "\u{A0}ann@example.org", "\u{FB01}@example.org", "fi@example.org", "\u{FF41}@example.org",
        ]
        let keys = try await keys(different)
        #expect(Set(keys).count == different.count)
        #expect(String(decoding: keys[1], as: UTF8.self).utf8.elementsEqual("Kay@example.org".utf8))
    }

    /// PostgreSQL reads `\v` in a string as the letter; trimming by it would lose mail.
    @Test(arguments: ["victor@example.org", "vv@example.dev", "v@v.v", "VERA@EXAMPLE.TV"])
    func `an address that begins or ends with the letter v keeps it`(address: String) async throws {
        #expect(try await keys([address]) == [Array(address.lowercased().utf8)])
    }

    @Test func `no address has no key`() async throws {
        let row = try #require(try await TestDatabase.current.execute("SELECT resetd.email_key(NULL) AS key").first)
        #expect(try row.optional("key", as: String.self) == nil)
    }

    /// In Turkish the small form of I has no dot.
    @Test(arguments: ["C", "POSIX", "ucs_basic", "tr-x-icu", "und-x-icu"])
    func `the key is the same in every collation`(collation: String) async throws {
        let typed = Statement(stringLiteral: "'I\u{130}\u{212A}K@EXAMPLE.ORG' COLLATE \"\(collation)\"")
        let row = try #require(try await TestDatabase.current.execute("SELECT resetd.email_key(\(typed)) AS key").first)
        #expect(try Array(row.get("key", as: String.self).utf8) == Array("i\u{130}Kk@example.org".utf8))
    }

    private func mailable(_ addresses: [String]) async throws -> [String] {
        let rows = try await TestDatabase.current.execute(
            """
            SELECT a.text
              FROM unnest(\(addresses)::text[]) WITH ORDINALITY AS a (text, place)
             WHERE resetd.is_mailable(a.text)
             ORDER BY a.place
            """)
        return try rows.map { try $0.get("text") }
    }

    private static let octets64 = String(repeating: "a", count: 64)
    private static let domain255 = String(repeating: "a.", count: 126) + "org"

    @Test func `an address is fit to mail`() async throws {
        let fit = [
            "ann@example.org", " ann@example.org\r\n", "\u{B}ann@example.org", "o'brien+x@mail.example.org", "v@v.v",
            "a.b-c_d!#$%&*/=?^`{|}~@example.org", "jos\u{E9}@example.org", "ann@m\u{FC}nchen.example.org",
            "用户@例え.example.org",
            "\(Self.octets64)@example.org", "a@\(Self.domain255)", "ann@192.example.org",
            "ann@xn--mnchen-3ya.example.org",
        ]
        #expect(try await mailable(fit) == fit)
    }

    @Test func `an address is not fit to mail`() async throws {
        let unfit = [
            "", " ", "ann", "@example.org", "ann@", "ann@example", "ann@.example.org", "ann@example.",
            "ann@example..org",
            "ann@@example.org", "ann@b@example.org", "ann smith@example.org", "ann@exam ple.org",
            "ann@example.org\r\nRCPT TO:<b@example.org>",
            "ann\n@example.org", "ann@example.org\nb", "ann\t@example.org", "ann\u{B}@example.org", "<ann@example.org>",
            "Ann <ann@example.org>", "ann@example.org,b@example.org", "ann@example.org;b@example.org",
            "\"ann\"@example.org",
            "\u{1}ann@example.org", "ann\u{7F}@example.org", "ann\u{85}@example.org", "ann\u{A0}@example.org",
            "ann@example\u{2028}.org", "ann@example.org\u{2029}", "\(Self.octets64)a@example.org",
            "a@a\(Self.domain255)",
            String(repeating: "\u{E9}", count: 33) + "@example.org", "ann@example.org.",
        ]
        #expect(try await mailable(unfit) == [])
    }

    @Test func `megabytes, and nothing, are not fit to mail`() async throws {
        let huge = String(repeating: "a", count: 5_000_000)
        #expect(try await mailable([huge, huge + "@example.org", "a@\(huge).org"]) == [])
        let row = try #require(try await TestDatabase.current.execute("SELECT resetd.is_mailable(NULL) AS fit").first)
        #expect(try row.get("fit", as: Bool.self) == false)
    }
}
