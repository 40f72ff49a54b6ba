import Foundation
import Testing

/// The corpus of the repository, through the functions that the fuzzer calls: what was found once stays mended, and a
/// promise that is broken by what fuzzing has already tried is noticed without it.
@Suite
struct ReplayTests {
    @Test(arguments: FuzzTarget.all)
    func `what is promised holds for every file of the corpus`(target: FuzzTarget) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(target.name)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        try #require(files.count >= 10, "the corpus of \(target.name) is not there")
        for file in files {
            let input = try Array(Data(contentsOf: file))
            #expect(throws: Never.self, "\(target.name)/\(file.lastPathComponent)") { try target.run(input) }
        }
    }
}
