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
