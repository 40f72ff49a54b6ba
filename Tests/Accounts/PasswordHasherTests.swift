import Glibc
import PasswordReset
import Testing

@testable import Accounts

@Suite(.timeLimit(.minutes(10)))
struct PasswordHasherTests {
    private func prepared(_ text: String) throws -> PreparedPassword { try PreparedPassword(text) }

    @Test(arguments: HashFormat.allCases)
    func `the format is the setting's, and the present password is none to store`(format: HashFormat) async throws {
        let hasher = PasswordHasher(format: format, concurrency: 2)
        let hash = try #require(try await hasher.hash(prepared("seven quiet otters"), unlessPresent: nil))
        #expect(hash.hasPrefix(format == .bcrypt ? "$2b$12$" : "$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.hash(prepared("seven quiet otters"), unlessPresent: hash) == nil)
        #expect(try await hasher.hash(prepared("seven quiet otters!"), unlessPresent: hash) != nil)
    }

    @Test func `the present password is known in either format, composed or not`() async throws {
        let bcrypt = PasswordHasher(format: .bcrypt, concurrency: 1)
        let argon2 = PasswordHasher(format: .argon2id, concurrency: 1)
        let old = try #require(try await bcrypt.hash(prepared("p\u{E9}ch\u{E9} de vigne"), unlessPresent: nil))
        #expect(try await argon2.hash(prepared("pe\u{301}che\u{301}\u{A0}de vigne"), unlessPresent: old) == nil)
    }

    @Test(arguments: [
        "", "plain", "{SSHA}x", "$1$x$y", "$argon2id$v=19$m=4194304,t=9,p=1$c29tZXNhbHQ$AAAA", "$2b$31$x", "!",
    ])
    func `a present hash that cannot be read is replaced`(stored: String) async throws {
        let hasher = PasswordHasher(format: .argon2id, concurrency: 1)
        #expect(try await hasher.hash(prepared("seven quiet otters"), unlessPresent: stored) != nil)
    }

    private static let stored = [
        // openssl passwd -6 -salt theirsalt 'seven quiet otters', and hashlib.pbkdf2_hmac of the same
        "$6$theirsalt$ZHVE8XwHo5ifyobR5Zs/5kSrYkpfNUk95FzAKfiwoHekpU7KbVAMB3luN2txkl.VxjrNScO/ZKysENFwtadxx/",
        "pbkdf2_sha256$1000$theirsalt$WFSSYWiqQoc7NbahoVNVJAr4kw9AV1pZNsd31MgUKbg=",
    ]

    @Test(arguments: stored)
    func `the present password is known in the forms that sites have`(stored: String) async throws {
        let hasher = PasswordHasher(format: .argon2id, concurrency: 1)
        #expect(try await hasher.hash(prepared("seven quiet otters"), unlessPresent: stored) == nil)
        #expect(try await hasher.hash(prepared("seven quiet badgers"), unlessPresent: stored) != nil)
    }

    @Test(arguments: HashFormat.allCases)
    func `a PIN is hashed in the same format and verified as it is, zeros first`(format: HashFormat) async throws {
        let hasher = PasswordHasher(format: format, concurrency: 1)
        let hash = try await hasher.hash(Array("004711".utf8))
        #expect(hash.hasPrefix(format == .bcrypt ? "$2b$12$" : "$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.verify(Array("004711".utf8), against: hash, orLike: nil))
        #expect(try await !hasher.verify(Array("4711".utf8), against: hash, orLike: nil))
        #expect(try await !hasher.verify(Array("4711".utf8), against: hash, orLike: hash))
    }

    @Test(arguments: HashFormat.allCases, ["$2b$31$x", "*0", nil])
    func `nobody's password is right, though it is the decoy's`(format: HashFormat, hash: String?) async throws {
        let hasher = PasswordHasher(format: format, concurrency: 1)
        let password = Array("seven quiet otters".utf8)
        for decoy in Self.stored + ["*0", nil] {
            #expect(try await !hasher.verify(password, against: hash, orLike: decoy))
            #expect(try await hasher.verify(password, against: Self.stored[1], orLike: decoy))
        }
    }

    /// What takes an account's time apart from nobody's would be the work, and the parameters are the work.
    @Test(arguments: HashFormat.allCases)
    func `the decoy has the parameters of new hashes, and can be computed`(format: HashFormat) throws {
        let new = try format.hash(Array("seven quiet otters".utf8))
        let parameters = { (hash: String) in hash.split(separator: "$").dropLast(format == .bcrypt ? 1 : 2) }
        #expect(parameters(format.decoy) == parameters(new))
        #expect(format.decoy.count == new.count)
        #expect(try !StoredHash.verify(Array("seven quiet otters".utf8), against: format.decoy))
    }

    @Test(arguments: HashFormat.allCases)
    func `nobody's login takes the work of a wrong password`(format: HashFormat) throws {
        let password = Array("seven quiet otters".utf8)
        // Of this thread alone: other tests take the processor meanwhile.
        func work(against hash: String?) throws -> Duration {
            let start = Self.processorTime
            #expect(try !StoredHash.verify(password, against: hash, orLike: [nil, "*1", format.decoy]))
            return Self.processorTime - start
        }
        let wrong = try work(against: try format.hash(Array("another".utf8)))
        // Without the work it would be a thousandth.
        #expect(try work(against: nil) * 3 > wrong)
        #expect(try work(against: "*0") * 3 > wrong)
    }

    private static var processorTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test func `beyond the lanes and the queue behind them the answer is busy, and the others get theirs`() async throws
    {
        // bcrypt, so that the one lane is busy long enough for all to come.
        let hasher = PasswordHasher(format: .bcrypt, concurrency: 1, maximumWaiting: 2)
        let password = try prepared("seven quiet otters")
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do {
                        return try await hasher.hash(password, unlessPresent: nil) != nil
                    } catch {
                        #expect(error is HashingBusy)
                        return false
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let done = outcomes.count { $0 }
        #expect(outcomes.count == 12)
        #expect((3..<12).contains(done))
        // The storm is over, and the lane free again.
        #expect(try await hasher.hash(password, unlessPresent: nil) != nil)
    }
}
