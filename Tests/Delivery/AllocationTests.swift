import AllocationCounter
import Foundation
import PasswordReset
import Presentation
import SMTP
import TestSupport
import Testing

@testable import Delivery

/// What a mail costs in allocations: a count, which is the same on every machine, where a time is not. In this build nothing
/// is optimised away, so that the figures are upper bounds.
@Suite(.disabled(if: BuiltProgram.isSanitized, "a sanitizer has a malloc(3) of its own"))
struct AllocationTests {
    private let keys = LinkKeys.generate()

    private func request(_ number: Int64) -> ClaimedRequest {
        ClaimedRequest(
            lease: .init(id: number, fence: 1), purpose: "reset_link", attempts: 0, kind: .user,
            loginID: "anna", fullName: "Anna Example \(number)", email: "person\(number)@example.org", locale: nil,
            messageID: "<\(number).0123456789abcdef0123456789abcdef@example.org>", madeAt: 1_795_469_560, keyID: 1,
            expiresAt: 1_795_473_161)
    }

    /// Of one run of `work`, when all that is made once has been made.
    private func allocations(_ work: () throws -> Void) rethrows -> Int {
        for _ in 0..<3 { try work() }
        let before = allocations_of_this_thread()
        try work()
        return allocations_of_this_thread() - before
    }

    @Test func `the counter counts`() {
        #expect(allocations { _ = [UInt8](repeating: 1, count: 1000) } == 1)
    }

    private func composing(templates folder: String?) throws -> (minting: Int, composing: Int) {
        let base = try LinkBase("https://a.example.org")
        let composer = Composer(
            sender: try Sender("Support <support@example.org>"),
            templates: try MailTemplates(overrides: TemplateFile.all(in: folder)),
            brands: Brands(), languages: try Languages(), linkBase: base)
        let claimed = request(7)
        let minted = try #require(MintedRequest.minting(claimed, keys: keys, base: base))
        return (
            allocations { _ = MintedRequest.minting(claimed, keys: keys, base: base) },
            try allocations { _ = try composer.compose(minted, epoch: 0) }
        )
    }

    @Test func `minting and composing a mail takes few allocations`() throws {
        let counts = try composing(templates: nil)
        // Two links: one to reset, one to say that it was somebody else.
        #expect(counts.minting <= 500)
        #expect(counts.composing <= 300)
    }

    @Test func `a mail of a thousand lines takes no more, but for the growth of its buffer`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = String(repeating: "This is a line among many.\n", count: 1000) + "{{{link}}}\n"
        try Data(text.utf8).write(to: folder.appending(path: "reset_link.text.mustache"))
        #expect(try composing(templates: folder.path).composing <= composing(templates: nil).composing + 10)
    }

    @Test func `noting an acceptance takes few allocations, however many are noted`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let journal = try Journal(path: file)
        for number in 0..<1000 { _ = journal.note(Journal.Record(id: Int64(number), fence: 1, session: 1)) }
        var number: Int64 = 1000
        let count = allocations {
            number += 1
            #expect(journal.note(Journal.Record(id: number, fence: 1, session: 1)))
        }
        #expect(count <= 40)
    }
}
