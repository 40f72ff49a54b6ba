import Foundation
import PasswordReset
import Testing

@testable import Accounts

/// Hashes, held against programs that are not ours: Debian's argon2, and crypt(3) through Perl.
@Suite(.timeLimit(.minutes(10)))
struct HashTests {
    static let passwords = ["seven quiet otters", "pâte brisée à l'œuf", "语彙力 向上委員会", "'; $(id) `x` \\ \" %s"]

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Debian's argon2, which takes its salt as an argument: one with a NUL or a last newline in it cannot be given.
    private func recomputed(_ password: String, salt: [UInt8]) throws -> String {
        let escaped = salt.map { String(format: "\\%03o", $0) }.joined()
        return try output(
            of: "/bin/sh", ["-c", "exec argon2 \"$(printf '\(escaped)')\" -id -v 13 -t 2 -k 19456 -p 1 -l 32 -e"],
            input: password)
    }

    @Test(arguments: passwords)
    func `an Argon2id hash is what another program makes of the same salt`(password: String) throws {
        var hash: String
        var salt: [UInt8]
        repeat {
            hash = try Argon2.hash(bytes(password))
            let parts = hash.split(separator: "$")
            try #require(parts.count == 5)
            #expect(parts[0] == "argon2id" && parts[1] == "v=19" && parts[2] == "m=19456,t=2,p=1")
            salt = try [UInt8](#require(Data(base64Encoded: parts[3] + "==")))
            #expect(salt.count == 16)
        } while salt.contains(0) || salt.last == 0x0A
        #expect(try recomputed(password, salt: salt) == hash)
    }

    @Test func `no two hashes of a password are the same`() throws {
        #expect(try Argon2.hash(bytes("same")) != Argon2.hash(bytes("same")))
        #expect(try Bcrypt.hash(bytes("same")) != Bcrypt.hash(bytes("same")))
    }

    @Test(arguments: [
        ["-id"], ["-i"], ["-d"], ["-id", "-t", "3", "-k", "8192", "-p", "4", "-l", "64"], ["-id", "-v", "10"],
    ])
    func `hashes that other programs made are verified`(arguments: [String]) throws {
        let hash = try output(
            of: "/usr/bin/argon2", ["a salt of theirs"] + arguments + ["-e"], input: "seven quiet otters")
        #expect(try Argon2.verify(bytes("seven quiet otters"), against: hash))
        #expect(try !Argon2.verify(bytes("seven quiet otterz"), against: hash))
        #expect(try !Argon2.verify([], against: hash))
    }

    @Test(arguments: [
        "$argon2id$v=19$m=4194304,t=2,p=1$", "$argon2id$v=19$m=262145,t=2,p=1$", "$argon2id$v=19$m=19456,t=17,p=1$",
        "$argon2id$v=19$m=19456,t=4294967295,p=1$", "$argon2id$v=19$m=19456,t=2,p=17$",
        "$argon2id$v=19$m=4294967296,t=2,p=1$",
        "$argon2id$v=19$m=99999999999999999999,t=2,p=1$", "$argon2id$v=19$m=-1,t=2,p=1$", "$argon2id$v=19$t=2,p=1$",
        "$argon2id$v=19$m=0,t=0,p=0$", "$argon2id$m=8,t=1,p=1$m=4194304,t=2,p=1$", "$argon2x$v=19$m=8,t=1,p=1$",
        "$argon2id$",
        "$argon2id$v=19$m=8,m=4194304,t=1,p=1$", "$argon2id$v=19$m=19456,t=2,p=1,x=1$",
    ])
    func `a hash that asks for absurd work, or cannot be read, is not computed`(head: String) {
        let stored = head + "c29tZXNhbHRzb21lc2FsdA$" + String(repeating: "A", count: 43)
        #expect(throws: HashingError.unreadable) { try Argon2.verify(bytes("x"), against: stored) }
    }

    @Test(arguments: passwords + [String(repeating: "é", count: 36)])
    func `a bcrypt hash is what crypt(3) makes of it elsewhere`(password: String) throws {
        let hash = try Bcrypt.hash(bytes(password))
        #expect(hash.hasPrefix("$2b$12$") && hash.utf8.count == 60)
        let script = "local $/; my $p = <STDIN>; print crypt($p, $ARGV[0])"
        #expect(try output(of: "/usr/bin/perl", ["-e", script, hash], input: password) == hash)
        #expect(try StoredHash.verify(bytes(password), against: hash))
        #expect(try !StoredHash.verify(bytes(password + "x").suffix(72), against: hash))
    }

    @Test func `bcrypt refuses more than 72 bytes, which it would cut in silence`() throws {
        #expect(throws: HashingError.failed) { try Bcrypt.hash([UInt8](repeating: 0x61, count: 73)) }
        #expect(throws: HashingError.failed) { try Bcrypt.hash(bytes("seven\0quiet")) }
        #expect(try Bcrypt.hash([UInt8](repeating: 0x61, count: 72)).hasPrefix("$2b$"))
        let bcrypt = PasswordHasher(format: .bcrypt, concurrency: 1)
        let argon2 = PasswordHasher(format: .argon2id, concurrency: 1)
        let long = try PreparedPassword(String(repeating: "é", count: 37))
        #expect(bcrypt.violations(of: long) == [.tooLong(maximumBytes: 72)])
        #expect(argon2.violations(of: long) == [])
        #expect(bcrypt.violations(of: try PreparedPassword(String(repeating: "é", count: 36))) == [])
    }

    @Test(arguments: [
        "$2b$31$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e",
        "$2b$16$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e",
        "$2b$99$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e", "$2b$xx$abcdefghijklmnopqrstuu", "$2b$",
        "$2b$12", "$2b$04$short",
    ])
    func `a bcrypt hash of absurd cost, or that cannot be read, is not computed`(stored: String) {
        #expect(throws: HashingError.unreadable) { try StoredHash.verify(bytes("x"), against: stored) }
    }
}
