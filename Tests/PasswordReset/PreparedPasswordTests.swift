import Testing

@testable import PasswordReset

@Suite struct PreparedPasswordTests {
    @Test(arguments: [
        ("p\u{E9}ch\u{E9} de vigne", "pe\u{301}che\u{301} de vigne"),  // composed and decomposed
        ("\u{C5}ngstr\u{F6}m", "\u{212B}ngstro\u{308}m"),  // ANGSTROM SIGN
        ("\u{AC00}\u{B098}", "\u{1100}\u{1161}\u{1102}\u{1161}"),  // Hangul and its letters
        ("q\u{307}\u{323}", "q\u{323}\u{307}"),  // marks in another order
        ("a b c", "a\u{A0}b\u{3000}c"), ("a b c", "a\u{2003}b\u{202F}c"), ("a b", "a\u{1680}b"),
    ])
    func `what looks alike on two keyboards is the same password`(one: String, other: String) throws {
        #expect(try PreparedPassword(one).bytes == PreparedPassword(other).bytes)
        #expect(try PreparedPassword(one).length == PreparedPassword(other).length)
    }

    @Test(arguments: [
        ("Password", "password"), ("a b", "ab"), (" a", "a"), ("a ", "a"), ("a  b", "a b"), ("\u{FF41}", "a"),
        ("\u{212A}e", "ke"),
    ])
    func `what looks different stays so: case, spaces and wide letters count`(one: String, other: String) throws {
        #expect(try PreparedPassword(one).bytes != PreparedPassword(other).bytes)
    }

    @Test(arguments: ["\u{0}", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{80}", "\u{85}", "\u{9F}"])
    func `controls are refused, wherever they stand`(control: String) {
        for text in [
            control, "long enough\(control)otherwise", control + "long enough otherwise", "otherwise" + control,
        ] {
            #expect(throws: PasswordViolation.controlCharacter) { try PreparedPassword(text) }
        }
    }

    @Test(arguments: [("a", 1024), ("é", 512), ("e\u{301}", 512), ("語", 341), ("😀", 256), ("\u{3000}", 1024)])
    func `1024 bytes of the prepared text are allowed, more are not`(letter: String, count: Int) throws {
        #expect(try PreparedPassword(String(repeating: letter, count: count)).bytes.count > 1020)
        #expect(throws: PasswordViolation.tooLong(maximumBytes: 1024)) {
            try PreparedPassword(String(repeating: letter, count: count + 1))
        }
    }

    @Test func `megabytes are refused`() {
        #expect(throws: PasswordViolation.tooLong(maximumBytes: 1024)) {
            try PreparedPassword(String(repeating: "a\u{301}", count: 1_000_000))
        }
    }

    @Test(arguments: [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("q\u{323}", 2), ("👩‍👩‍👧", 5), ("🇳🇿", 2), ("한글", 2)])
    func `length counts code points`(text: String, length: Int) throws {
        #expect(try PreparedPassword(text).length == length)
    }

    @Test func `it tells nobody what it is`() throws {
        let password = try PreparedPassword("correct horse")
        var dumped = ""
        dump(["held": password], to: &dumped)
        for text in ["\(password)", String(reflecting: password), String(describing: Optional(password)), dumped] {
            #expect(!text.contains("horse"))
            #expect(!text.contains("99"))  // the letter c among the bytes
        }
    }
}
