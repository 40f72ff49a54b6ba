import Foundation
import Glibc
import Testing

@testable import Delivery

@Suite
struct JournalTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "resetd-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func record(_ id: Int64) -> Journal.Record { .init(id: id, fence: 1, session: 7) }

    @Test func `what was noted and not forgotten is there for the next start`() throws {
        try withFolder { folder in
            let state = try StateDirectory(folder)
            let journal = try state.newJournal()
            for id in 1...3 { #expect(journal.note(record(Int64(id)))) }
            #expect(Set(state.journaled().records) == Set((1...3).map { record(Int64($0)) }))
            journal.forget([record(1), record(2), record(3)])
            #expect(state.journaled().records.isEmpty)
            #expect(journal.note(record(4)))
            #expect(state.journaled() == ([record(4)], true))
        }
    }

    @Test func `a torn last record costs that record alone, and the file is set aside`() throws {
        try withFolder { folder in
            let state = try StateDirectory(folder)
            let journal = try state.newJournal()
            for id in 1...2 { #expect(journal.note(record(Int64(id)))) }
            let file = "\(folder)/outcomes"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try String(text.dropLast(3)).write(toFile: file, atomically: true, encoding: .utf8)
            #expect(state.journaled() == ([record(1)], false))
            // Whoever reads it and dies has not taken it from the next start.
            #expect(state.journaled() == ([record(1)], false))
            _ = try state.newJournal(isWhole: false)
            #expect(FileManager.default.fileExists(atPath: "\(folder)/outcomes.damaged"))
            #expect(state.journaled() == ([], true))
        }
    }

    /// In a process of its own: how long a file may be is a limit of the whole process.
    @Test func `a record that a full disk cut short costs no other`() async {
        await #expect(processExitsWith: .success) {
            try JournalTests().withFolder { folder in
                func limit(_ size: Int) {
                    var limit = rlimit(rlim_cur: rlim_t(size), rlim_max: .max)
                    precondition(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, "a limit")
                }
                signal(SIGXFSZ, SIG_IGN)
                let records = (1...3).map { Journal.Record(id: $0, fence: 1, session: 7) }
                let state = try StateDirectory(folder)
                let journal = try state.newJournal()
                precondition(journal.note(records[0]))
                limit("resetd outcomes 1\n\(Journal.line(records[0]))".utf8.count + 9)
                precondition(!journal.note(records[1]))
                limit(1 << 30)
                precondition(journal.note(records[2]))
                precondition(state.journaled() == ([records[0], records[2]], false))
            }
        }
    }

    @Test func `a number in another spelling is no record`() {
        // Its check is right for what stands there; we write none like it.
        let text = "resetd outcomes 1\n+1 1 7 \(Self.check("+1 1 7"))\n"
        #expect(Journal.parse(text) == ([], false))
    }

    @Test func `a stray carriage return costs the line that it is in alone`() {
        let text = "resetd outcomes 1\n1 1 7 x\r\n\(Journal.line(record(2)))"
        #expect(Journal.parse(text) == ([record(2)], false))
    }

    /// FNV-1a, as the journal has it.
    private static func check(_ fields: String) -> String {
        String(fields.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    @Test(arguments: ["hello\n", "\u{0}\u{1}", "resetd outcomes 2\n1 1 1 x\n", "resetd outcomes 1\n1 1 1 0\n-9 x\n"])
    func `a foreign file gives nothing and no trap`(text: String) throws {
        try withFolder { folder in
            try text.write(toFile: "\(folder)/outcomes", atomically: true, encoding: .utf8)
            let state = try StateDirectory(folder)
            #expect(state.journaled() == ([], false))
            #expect(try state.newJournal(isWhole: false).note(record(1)))
        }
    }

    @Test func `a long journal is written anew with what is open`() throws {
        try withFolder { folder in
            let state = try StateDirectory(folder)
            let journal = try state.newJournal()
            for id in 1...50_000 { _ = journal.note(record(Int64(id))) }
            journal.forget((1...49_990).map { record(Int64($0)) })
            let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/outcomes")[.size] as? Int
            #expect((size ?? .max) < 1000)
            #expect(state.journaled().records.count == 10)
            #expect(journal.note(record(60_000)))
            #expect(state.journaled().records.count == 11)
        }
    }

    @Test func `a folder belongs to one daemon at a time`() throws {
        try withFolder { folder in
            let state = try StateDirectory(folder)
            #expect(throws: StateDirectoryError.self) { _ = try StateDirectory(folder) }
            withExtendedLifetime(state) {}
        }
    }
}
