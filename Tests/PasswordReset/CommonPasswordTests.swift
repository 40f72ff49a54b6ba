import Testing

@testable import PasswordReset

@Suite struct CommonPasswordTests {
    private func isRefused(_ text: String) throws -> Bool {
        try PasswordPolicy().violations(of: PreparedPassword(text), context: []).contains(.common)
    }

    @Test(arguments: [
        "password1234", "Password1234", "PASSWORD1234", "1234password", "password2024", "Password-2024",
        "Password 2024",
        "password!!!!", "!password123!", "passwordpassword", "password password", "Passw0rd2024!", "P@ssw0rd1234",
        "P@$$w0rd2024", "p4ssw0rd!2024", "drowssap1234", "letmeinletmein", "let me in 2024", "LetMeIn12345",
        "iloveyou1234", "i love you 123", "I-Love-You-2", "welcome12345", "Welcome@2024", "Summer2024!!",
        "Summer-2024!",
        "$ummer2024!!", "Winter_2023_", "administrator", "adminadmin123", "admin123admin", "qwertyqwerty",
        "Qwerty123456",
        "changeme1234", "dragon123456", "monkeymonkey", "football2023", "princess1999", "michael12051985",
        "michelle120585", "charlie19850512", "superman12345", "starwars1977", "liverpool1892", "chocolate123",
        "sunshine2020", "trustno1trustno1", "hello-world-1", "helloworld123", "correcthorsebatterystaple",
    ])
    func `a word that everybody tries is refused, with digits and signs about it`(text: String) throws {
        #expect(try isRefused(text))
    }

    @Test(arguments: [
        "123456789012", "1234567890123", "012345678901", "098765432109", "210987654321", "1234567891011",
        "123456789101112", "123456789000", "111111111111", "000000000000", "121212121212", "123123123123",
        "112233445566",
        "111222333444", "102030405060", "123454321234", "147258369147", "159357159357", "123456123456", "987654321987",
        "202420242024", "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl", "zyxwvutsrqpo", "aabbccddeeff", "abcd1234abcd",
        "abc123abc123", "qwertyuiop[]", "qwertyuiopas", "asdfghjklzxc", "asdfasdfasdf", "zxcvbnmzxcvbnm",
        "1234567890-=",
        "!@#$%^&*()_+", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "qazwsxedcrfv", "q1w2e3r4t5y6", "1qazxsw23edc",
        "qweasdzxc123", "a1b2c3d4e5f6", "demon1q2w3e4r", "1q2w3e4radmin", "............", "            ",
        "-_-_-_-_-_-_",
        "!!!!!!!!!!!!", "azertyuiop12", "ababababab12", "xyzxyzxyzxyz", "poiuytrewq12",
    ])
    func `a walk, a count or a piece repeated is refused`(text: String) throws {
        #expect(try isRefused(text))
    }

    @Test(arguments: [
        "tequieromucho", "ichliebedich1", "jetaime12345", "passwort1234", "motdepasse123", "contraseña123",
        "wachtwoord12",
        "kennwort2024", "пароль123456", "йцукенгшщзхъ", "привет123456",
    ])
    func `so are the first choices of other languages`(text: String) throws {
        #expect(try isRefused(text))
    }

    @Test(arguments: [
        "correct donkey magnet cable", "seven quiet otters mend nets", "the rain in spain stays away",
        "my dog ate 3 blue socks", "purple monkey dishwasher tray", "velvet-lantern-orbit",
        "coffee at noon on tuesdays",
        "I walked 12 miles to Otago", "summer winter violet gravel", "dragon tiger lantern gold",
        "Blaubeerkuchen im Regen",
        "un café serré à Lyon", "夏の夜は短いと祖母が言う", "дождь стучит по крыше", "to be or not to see",
        "four candles, two forks", "lovely weather for ducks", "master of none of these",
    ])
    func `a phrase of several words is allowed, common ones among them`(text: String) throws {
        #expect(try !isRefused(text))
    }

    @Test(arguments: [
        "738261940572", "905417263880", "kq7vzw2mxjb4", "T9#fKq2!vLx8", "hG5-tRw9-Qm2z", "xkvjwqzbtrmd", "e2f0b6c49a71",
        "9f86d081884c7d659a2f", "b3VyIGxpdHRs", "Zt7!Zt8?Zt4+", "mkoiuhbvgtfc", "Tr0ub4dor&3xK",
    ])
    func `random letters, digits and signs are allowed`(text: String) throws {
        #expect(try !isRefused(text))
    }

    @Test func `what a generator makes is not mistaken for a habit`() throws {
        // A fixed sequence (Steele and Vigna's SplitMix64), so that the test says the same every time.
        var generator = SplitMix(state: 20)
        let alphabets = [
            "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!#%+",
        ]
        for alphabet in alphabets.map(Array.init) {
            let refused = try (0..<400).count { _ in
                try isRefused(String((0..<14).map { _ in alphabet.randomElement(using: &generator) ?? "-" }))
            }
            #expect(refused == 0)
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
