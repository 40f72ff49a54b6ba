import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// What a new password or PIN must be, and what is kept of it.
@Suite(.database, .timeLimit(.minutes(5)))
struct SecretRuleTests {
    /// The words for the rules that a new password breaks; empty when it was taken.
    private func broken(_ new: String, at site: Site, from current: String = Site.password) async throws -> [String] {
        let answer = try await site.changePassword(from: current, to: new)
        return try codes(answer)
    }

    private func codes(_ answer: HTTPExchange.Answer) throws -> [String] {
        if answer.status == 204 { return [] }
        #expect(answer.status == 422)
        struct Problem: Decodable {
            struct Violation: Decodable { let code: String }
            let violations: [Violation]
        }
        return try JSONDecoder().decode(Problem.self, from: Data(answer.body.utf8)).violations.map(\.code)
    }

    @Test func `R11: length is counted in code points, bounded in bytes, and nothing is cut off`() async throws {
        try await Site.run { (site) async throws in
            #expect(try await broken("qzvwkxjyhgf", at: site) == ["too_short"])
            #expect(try await broken("ŵŷẑĉĝĥĵŝŭẃƶ", at: site) == ["too_short"])
            #expect(try await broken(String(repeating: "x🦦", count: 210), at: site).contains("too_long"))
            #expect(try await broken(String(repeating: "qz vw", count: 12_000), at: site).contains("too_long"))

            // Sixty-four and a thousand, of one kind of letter, and of twelve that take four bytes each.
            let long = (0..<64).map { "\(["ak", "or", "lu", "mi"][$0 * 7 % 4])\($0 % 5 == 0 ? "x" : "")" }.joined()
            let longest =
                String((long + "otterharbour").unicodeScalars.map(String.init).joined().prefix(500))
                + String(repeating: "zk", count: 262)
            var current = Site.password
            for new in [String(long.prefix(64)), String(longest.prefix(1024)), "🦦🧭🪢🛶🪵🧺🪣🧶🪡🧷🪠🧹"] {
                #expect(try await broken(new, at: site, from: current) == [], "\(new.utf8.count)")
                let cut = String(new.dropLast())
                #expect(try await site.changePassword(from: cut, to: Site.another).status == 401)
                current = new
            }
        }
    }

    @Test func `R11: there are no rules of composition`() async throws {
        try await Site.run { (site) async throws in
            var current = Site.password
            for new in ["quietottersmend", "QUIET OTTERS MEND", "48150926371582", "!?%&/()=$§*+~"] {
                #expect(try await broken(new, at: site, from: current) == [])
                current = new
            }
        }
    }

    @Test func `R12: common and personal passwords are refused with the reason, and so is the present one`()
        async throws
    {
        try await Site.run(Site.unlimited + "\nbrand: { name: \"Harbour Portal\" }") { (site) async throws in
            for common in [
                "password1234", "123456789012", "qwertyuiop12", "PASSWORD1234", "passwordpassword", "aaaaaaaaaaaa",
                "abcdefghijkl",
            ] { #expect(try await broken(common, at: site) == ["common"], "\(common)") }
            for personal in ["mary.baker@example.org", "Mary Baker 2024", "harbour portal", "marybaker!!2024"] {
                #expect(try await broken(personal, at: site) == ["personal"], "\(personal)")
            }
            #expect(try await broken(Site.password, at: site) == ["same_as_current"])
            let link = try await site.link()
            let api = ["token": String(link.dropFirst("/reset/".count)), "password": "password1234"]
            #expect(
                try codes(await site.json("/api/v1/reset", ["token": api["token"] ?? "", "password": "password1234"]))
                    == ["common"])
            #expect(try await site.redeem(link, Site.password).status == 422)
            #expect(try await site.redeem(link).status == 303)
        }
    }

    @Test func `R13: a password is the same however it was typed, and holds no control character`() async throws {
        try await Site.run { (site) async throws in
            #expect(try await broken("ottérs\u{A0}in\u{3000}the fjörd", at: site) == [])
            let spellings = [
                "otte\u{301}rs in the fjo\u{308}rd", "ottérs\u{2003}in\u{1680}the\u{202F}fjörd",
            ]
            #expect(try await broken(Site.new, at: site, from: spellings[0]) == [])
            #expect(try await broken("ottérs\u{A0}in\u{3000}the fjörd", at: site, from: Site.new) == [])
            #expect(try await broken(Site.another, at: site, from: spellings[1]) == [])
            for odd in [
                "violet\tanchor teapot", "violet\nanchor teapot", "violet\u{7F}anchor teapot",
                "violet\u{85}anchor teapot",
            ] {
                #expect(try await broken(odd, at: site, from: Site.another).contains("control_character"))
            }
        }
    }

    @Test func `R14: a stored hash is argon2id of OWASP's parameters, or bcrypt that cuts nothing off`() async throws {
        try await Site.run { (site) async throws in
            #expect(try await broken(Site.new, at: site) == [])
            let hash = try #require(try await site.value("SELECT password_hash FROM directory.users WHERE id = 2"))
            let parts = hash.split(separator: "$").map(String.init)
            #expect(parts[0] == "argon2id" && parts[1] == "v=19")
            let numbers = parts[2].split(separator: ",").compactMap { Int($0.dropFirst(2)) }
            #expect(numbers[0] >= 19456 && numbers[1] >= 2 && numbers[2] >= 1)
            #expect(parts[3].count == 22)
        }
        try await TestDatabase.current.executeScript(
            "TRUNCATE directory.users, directory.clients, directory.contacts RESTART IDENTITY CASCADE")
        try await Site.run(Site.unlimited + "\npassword: { hash: bcrypt }") { (site) async throws in
            let long = "quiet otters mend nets " + String(repeating: "k", count: 50)
            #expect(try await broken(long, at: site) == ["too_long"])
            #expect(try await broken(String(long.prefix(72)), at: site) == [])
            #expect(
                try await site.value("SELECT left(password_hash, 7) FROM directory.users WHERE id = 2") == "$2b$12$")
            #expect(try await site.changePassword(from: String(long.prefix(71)), to: Site.another).status == 401)
        }
    }

    @Test(arguments: [
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$FuHo6HL0M5C6yeAJ91EUCp0irenl/BtMeyago5tytCc",
        "$argon2id$v=19$m=19456,t=4000000000,p=1$c29tZXNhbHRzb21lc2FsdA$FuHo6HL0M5C6yeAJ91EUCp0irenl/BtMeyago5tytCc",
        "$argon2id$v=19$m=19456,t=2,p=16777215$c29tZXNhbHRzb21lc2FsdA$FuHo6HL0M5C6yeAJ91EUCp0irenl/BtMeyago5tytCc",
        "$2b$31$cY6ZVf3yLieoY.QZKhmP8uuRm.LFrAdqdDZ91yTU5351J4txWc/OW", "$6$rounds=999999999$saltsalt$x",
        "$y$jzzzz$saltsaltsalt$x", "$7$zzzzzzzzzz$x", "pbkdf2_sha256$2000000000$salt$eA==", "", "$", "$$$$$$$$", "*",
        "x",
    ])
    func `R14: a stored hash that asks for absurd work is wrong for every password, and costs nothing`(
        hash: String
    ) async throws {
        try await Site.run { (site) async throws in
            try await site.database.execute("UPDATE directory.users SET password_hash = \(hash) WHERE id = 2")
            #expect(try await site.changePassword().status == 401)
            #expect(try site.peakMemory() < 400)
            // By mail there is a way out, and the absurd one is not compared with then.
            #expect(try await site.redeem(site.link()).status == 303)
        }
    }

    @Test
    func `R17: a PIN is digits, six of them, no single one and no row of them, and a lock is for PIN and password`()
        async throws
    {
        try await Site.run(Site.unlimited + "\nlockout: { failures: 3, duration: 0s }") { (site) async throws in
            for (pin, code) in [
                ("48151", "too_short"), ("444444", "repeated_digit"), ("123456", "sequence"), ("987654", "sequence"),
                ("890123", "sequence"), ("48a513", "not_digits"), ("４８１５１３", "not_digits"), ("48 513", "not_digits"),
                ("-481513", "not_digits"), (Site.pin, "same_as_current"),
            ] { #expect(try codes(await site.changePIN(to: pin)).contains(code), "\(pin)") }
            #expect(try await site.changePIN(to: "048151").status == 204)
            #expect(try await site.changePIN(from: "48151", to: "730294").status == 401)
            #expect(try await site.changePIN(from: "0048151", to: "730294").status == 401)
            #expect(try await site.changePIN(from: "48151", to: "730294").status == 401)
            #expect(try await site.changePIN(from: "048151", to: "730294").status == 423)
            #expect(try await site.changePassword().status == 423)
        }
    }
}
