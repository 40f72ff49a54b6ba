import Testing

@testable import PasswordReset

@Suite struct PasswordPolicyTests {
    private let context = [
        "m.hopper", "Maude Hopper-O'Brien", "Maude.Hopper+work@Mail.Example.org", "TimeKeeper Pro", "resetd",
    ]

    private func violations(
        _ text: String, minimum: Int = 12, context: [String] = []
    ) throws -> [PasswordViolation] {
        PasswordPolicy(minimumLength: minimum).violations(of: try PreparedPassword(text), context: context)
    }

    @Test(arguments: ["kq7vzw2mxj", "kq7 vzw2mxj", "", "😀🚗🌊🍏🎻🧭🪁🧵🔭🪵🧊", "語彙力向上委員会の会長"])
    func `eleven code points are too few`(text: String) throws {
        #expect(try violations(text) == [.tooShort(minimum: 12)])
    }

    @Test(arguments: [
        "kq7vzw2mxjb4", "kq7 vzw2mxjb", "😀🚗🌊🍏🎻🧭🪁🧵🔭🪵🧊🪬", "語彙力向上委員会の会長達", "🇳🇿🇫🇷🇩🇪🇮🇹🇪🇸🇵🇹",
    ])
    func `twelve are enough, of whatever letters, with no rule of composition`(text: String) throws {
        #expect(try violations(text) == [])
    }

    @Test func `the minimum is a setting`() throws {
        #expect(try violations("kq7vzw2m", minimum: 8) == [])
        #expect(try violations("kq7vzw2mxjb4", minimum: 16) == [.tooShort(minimum: 16)])
    }

    @Test func `long ones are welcome up to the cap`() throws {
        let long = (0..<64).map { "\($0 * 7919 % 104729)x" }.joined()
        #expect(try violations(String(long.prefix(64))) == [])
        #expect(try violations(String(long.prefix(300))) == [])
    }

    @Test func `every broken rule is named`() throws {
        #expect(try violations("password") == [.tooShort(minimum: 12), .common])
        #expect(try violations("m.hopper", context: context) == [.tooShort(minimum: 12), .personal])
    }

    @Test(arguments: [
        "maudehopper1", "MaudeHopper2024!", "maude hopper", "Maude Hopper 1975", "hoppermaude!!",
        "Hopper123456", "m.hopper1234", "mhopper12345", "maude.hopper+work", "maude.hopper+work@mail.example.org",
        "!!maudehopper!!", "M@udeH0pper99", "TimeKeeper99", "TimeKeeperPro", "timekeeper pro",
        "mail.example.org", "mailexampleorg", "hopperobrien", "Hopper-O'Brien1", "maudeobrien12",
    ])
    func `the owner's words and the product's are refused, with digits and signs about them`(text: String) throws {
        #expect(try violations(text, context: context) == [.personal])
    }

    @Test(arguments: ["hopperhopper", "ResetdResetd", "maudemaude2024"])
    func `a word of theirs written twice is refused as every such word is`(text: String) throws {
        #expect(try violations(text, context: context) == [.common])
    }

    @Test(arguments: [
        "maude walks her dogs at dawn", "hopper kq7vzw2mxjb", "grasshoppers sing loud", "the timekeeper pro forgot tea",
        "Maude 7 rowed to Ålesund", "example lamp corridor",
    ])
    func `a long phrase may well contain a name`(text: String) throws {
        #expect(try violations(text, context: context) == [])
    }

    @Test func `of a name that has no end its beginning counts`() throws {
        let endless = "Ottoline" + String(repeating: "\u{301}", count: 5000) + " Cholmondeley"
        #expect(try violations("cholmondeley", context: [endless]) == [])
        #expect(try violations("cholmondeley", context: ["Ottoline Cholmondeley"]) == [.personal])
    }

    @Test func `short words, and none, make nothing personal`() throws {
        #expect(try violations("kq7vzw2mxjb4", context: ["", "k", "4", "  ", "@", "b4", "Jo"]) == [])
        #expect(try violations("andalusian bo", context: ["Bo", "bo@example.org"]) == [])
    }
}
