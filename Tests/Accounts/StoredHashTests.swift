import Testing

@testable import Accounts

/// Hashes that sites have from before, each made by a program other than ours. Where nothing else is said, of
/// "seven quiet otters".
@Suite(.timeLimit(.minutes(10)))
struct StoredHashTests {
    private static let password = "seven quiet otters"

    private static let made = [
        // printf 'seven quiet otters' | argon2 'a salt of theirs' -i -k 256 -t 3 -e, and with -d and -id
        "$argon2i$v=19$m=256,t=3,p=1$YSBzYWx0IG9mIHRoZWlycw$qXEIRRw0HW7K7ukJEpng34cecrEEI9TcjYOJHH0/jx4",
        "$argon2d$v=19$m=256,t=3,p=1$YSBzYWx0IG9mIHRoZWlycw$S7a7ibno/iUvbeidO5vk0A+jBo3lmfhYVq/Vb3YaFzE",
        "$argon2id$v=19$m=256,t=3,p=1$YSBzYWx0IG9mIHRoZWlycw$vhTWyQDSzpRS8FHA3BOEOKLWPhlzZrRZHeRt3UXhRKg",
        // bcrypt.hashpw(password, bcrypt.gensalt(5, prefix)), of Python's bcrypt, for 2a and 2b
        "$2a$05$f4WWiKUsd3vyJjYqyA3AaOe090GI1HszAtdGffCZqjvXS7R551K1q",
        "$2b$05$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcssrWa",
        // The same one with the prefix that PHP and htpasswd give to what they make, which means the same (crypt(5)).
        "$2y$05$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcssrWa",
        // openssl passwd -6 -salt theirsalt 'seven quiet otters', and with -5
        "$6$theirsalt$ZHVE8XwHo5ifyobR5Zs/5kSrYkpfNUk95FzAKfiwoHekpU7KbVAMB3luN2txkl.VxjrNScO/ZKysENFwtadxx/",
        "$5$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        // mkpasswd -m sha512crypt, and with sha256crypt, yescrypt, scrypt
        "$6$u3t/EwYj92.Ta0op$Z.Z2aiP7HXvVvyBuGp7aTid.j6RAMrQedQaTh5.MV4XzHJwliLyauuRqvM.5BnJu5WMAQAUcJ3vHTWTg1eYfw/",
        "$5$M3rHCEQPz910T96P$G8tmwhTrHxtNhlRHH6JC.EMRXQ/yR./a3qgPDwMYLnB",
        "$y$j9T$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$7$CU..../....hvdltpK7ax72q3raGM0U81$7a5IHFOyuK3oJCeyTNLZX9aztEiifKfJfI7ykSPF5v/",
        // hashlib.scrypt(password, salt=b"SaltOfTheirs", n=1 << 14, r=8, p=1, dklen=32), and with n=1 << 10, r=4, p=3,
        // written in crypt(5)'s alphabet
        "$7$C6..../....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$82....1....SaltOfTheirs$AJFlfO695/QwyhjlyE9IqwAH.2EhXrNabZ4y20a9ZTC",
        // perl -e 'print crypt("seven quiet otters", "$y$j9T..$SaltOfTheirs$")': yescrypt with p = 2, t = 1, and both
        "$y$j9T..$SaltOfTheirs$lH.7v7TaLgXWu4ZSoeixi0GvZy7Be4S/l0C5NO8l5jB",
        "$y$j9T/.$SaltOfTheirs$6/PbFHYRK6kGjeou/uHlIyRECUQaaYGw73773yOJDq7",
        "$y$j9T0./$SaltOfTheirs$VKAVi4XPlqrelj3yPQuTGbF63zkjIOEawnLe3ywwkA4",
        // The same with r = 61, which takes two digits.
        "$y$j7k5$Salt$cf0l/HhAhuabVQhCtLt3wIMLfBkJIar7OfdMtJ7tUG8",
        // hashlib.pbkdf2_hmac("sha256", password, b"theirsalt", 1000), and Django's own number of iterations
        "pbkdf2_sha256$1000$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
        "pbkdf2_sha256$870000$zXl2yIEZLvAbBTWHTxVZeD$vU60PPAw25SDQj7G73O1U0j9eGPKW8uVXHzU5mTGNgQ=",
        // The salt is UTF-8.
        "pbkdf2_sha256$1$é$CT4C4DWZctm0cgz0pOT6nW9WI5+rADrabjbabGLVYS4=",
    ]

    private func verify(_ text: String, against hash: String) throws(HashingError) -> Bool {
        try StoredHash.verify(Array(text.utf8), against: hash)
    }

    @Test(arguments: made)
    func `a hash of any form that sites have is verified`(hash: String) throws {
        #expect(try verify(Self.password, against: hash))
        #expect(try !verify("seven quiet otterz", against: hash))
        #expect(try !verify("seven quiet otters ", against: hash))
        #expect(try !verify("", against: hash))
    }

    @Test(arguments: made)
    func `another digest of the same form is none of the password's`(hash: String) throws {
        // A sign inside the digest: the last one of some forms has bits that count for nothing.
        let place = hash.index(hash.endIndex, offsetBy: -9)
        var other = hash
        other.replaceSubrange(place...place, with: hash[place] == "a" ? "b" : "a")
        #expect(try !verify(Self.password, against: other))
    }

    @Test func `rounds and salts that a site chose are read`() throws {
        // mkpasswd -m sha512crypt -R 12345 'pâte brisée'
        let hash =
            "$6$rounds=12345$gs/t8PRuNynaEPII$"
            + ".vo8qFChDMksSpIi3Vv4T6bUMdsl4m2rFGkoOKra2DCKU0ev8Mx2PNCD2YwV2u0zhu6refnf2RzU4eQUpSJzM1"
        #expect(try verify("pâte brisée", against: hash))
        #expect(try !verify("pate brisee", against: hash))
        // hashlib.pbkdf2_hmac("sha256", b"", b"s", 10)
        #expect(try verify("", against: "pbkdf2_sha256$10$s$UG8rdqYBgLXuJE78B94N4JqUXVIiNt8OvIhGDtx8yjg="))
    }

    @Test(arguments: [
        // bcrypt of 2^16 rounds, and of fewer than there are.
        "$2b$16$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcssrWa",
        "$2y$31$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcssrWa",
        "$2a$03$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcssrWa",
        "$5$rounds=2000001$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$rounds=999999999$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$rounds=99999999999999999999$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$rounds=0$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$6$rounds=2000001$theirsalt$"
            + "ZHVE8XwHo5ifyobR5Zs/5kSrYkpfNUk95FzAKfiwoHekpU7KbVAMB3luN2txkl.VxjrNScO/ZKysENFwtadxx/",
        // mkpasswd -m yescrypt -R 11 x: N = 2^18, r = 32, a gigabyte.
        "$y$jFT$rdIXYq0LiOA/I42KRBAjo.$Dn6q2qBfOnHsy.VW2al5Zys4oZyhR.mkgG6ud.pGJJ5",
        // N = 2^64, r = 2^30 or so, p = 17, t = 17, an upgrade, a ROM.
        "$y$jy.T$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j9zzzzzz$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j9T.D$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j9T/E$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j9T1.$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j9T5.$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        // N = 2^19 with r = 8, N = 2^63, N = 1, r = 2^30 - 1, r = 0, p = 17, p = 0.
        "$7$H6..../....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$z6..../....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$.6..../....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$Czzzzz/....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$C...../....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$C6....F....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "$7$C6.........SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "pbkdf2_sha256$5000001$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
        "pbkdf2_sha256$99999999999999999999$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
        "pbkdf2_sha256$0$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
        "pbkdf2_sha256$-1$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
    ])
    func `a hash that asks for absurd work is not computed`(hash: String) {
        #expect(throws: HashingError.unreadable) { try verify(Self.password, against: hash) }
    }

    @Test(arguments: made)
    func `a hash that was cut short anywhere, or has more at its end, is unreadable`(hash: String) {
        for length in 0..<hash.count {
            // The digest of Argon2 may have any length: one of another is another hash.
            if hash.hasPrefix("$argon2"), length > hash.count - 44 { break }
            #expect(throws: HashingError.unreadable) { try verify(Self.password, against: String(hash.prefix(length))) }
        }
        for rest in ["$", "\n", " ", ":", hash] {
            #expect(throws: HashingError.unreadable) { try verify(Self.password, against: hash + rest) }
        }
    }

    @Test(arguments: [
        // What crypt(3) answers when it fails, and what systems write for an account that nobody may use.
        "*0", "*1", "*", "!", "!!", "x", "", "!$6$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        // Forms that are too weak to be read: MD5, DES, SHA-1.
        "$1$theirsalt$NOd3RFdjFPCi7Zf.ZWs.L.", "abJnggxhB/yWI", "$sha1$40000$x$y", "$2x$05$abcdefghijklmnopqrstuu",
        // Signs that the alphabet has not.
        "$2b$05$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcss=Wa",
        "$2b$+5$7bH1FWXFSEsWtzIwZ9jeZ./PPGmH4QsVVNo.04z0mHS/W8tcssrWa",
        "$5$their salt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$their:salt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$rounds=+5000$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$rounds=$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$rounds=5000$$theirsalt$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$5$saltofseventeen..$kaBEu0RHIl3jxFJxKfnQaBSIq3Qi3VlfURcecngf956",
        "$y$$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j9T$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzé",
        "$y$j9T$oKw+Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$y$j-T$oKw/Rdndodz8VLlhklxgo0$ERtSpHR9P2AlNgt0bmMKgs6gJL.G0o1.3veXwaPuzG2",
        "$7$C6...-/....SaltOfTheirs$Y.pabuf5Sefoks7awJ7gLQ95GwO6954M4ZnTDgeNl3.",
        "pbkdf2_sha256$1000$$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
        "pbkdf2_sha256$1000$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKQ==",
        "pbkdf2_sha256$1000$theirsalt$not-base-64",
        "pbkdf2_sha256$1e3$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
        "pbkdf2_sha1$1000$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
    ])
    func `what is no hash of those forms is unreadable, and matches nothing`(hash: String) {
        for password in [Self.password, "", hash] {
            #expect(throws: HashingError.unreadable) { try verify(password, against: hash) }
        }
    }

    @Test(arguments: made)
    func `a password that the form cannot hold is wrong, never cut`(hash: String) throws {
        #expect(try !verify("seven quiet otters\0and more", against: hash))
        #expect(try !verify(Self.password + String(repeating: " ", count: 1000), against: hash))
    }
}
