import Foundation
import Testing

/// The page beside these tests says which of them holds which promise.
@Suite
struct TableTests {
    private static func tests(in folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: Document.path(folder))
        return try names.filter { $0.hasSuffix(".swift") }.flatMap { name in
            try Document.text("\(folder)/\(name)").matches(of: /func `([^`]+)`/).map { String($0.1) }
        }
    }

    @Test func `the table has every promise, and every test of it and no other`() throws {
        let rows = try Document.text("Tests/Security/README.md").split(separator: "\n")
            .compactMap { $0.firstMatch(of: /^\| (R[0-9]+) \| .* \| (.*) \| (.*) \|$/) }
        #expect(rows.map { String($0.1) } == (1...31).map { "R\($0)" })
        let here = try Self.tests(in: "Tests/Security")
        for row in rows {
            let mine = here.filter { $0.hasPrefix("\(row.1): ") }.map { String($0.dropFirst(row.1.count + 2)) }
            #expect(!mine.isEmpty, "\(row.1)")
            #expect(
                row.2.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.sorted() == mine.sorted(),
                "\(row.1)")
            #expect(row.3.hasPrefix("holds"))
        }
        #expect(
            here.filter { $0.contains(#/^R[0-9]+: /#) }.count
                == rows.reduce(0) { $0 + $1.2.split(separator: ";").count })
    }
}
