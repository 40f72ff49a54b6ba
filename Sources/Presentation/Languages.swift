import Foundation
import NIOConcurrencyHelpers

/// All languages that pages and mails are there in: the built-in ones, and what an operator's folder adds or overrides.
///
/// A built-in catalogue is read when somebody first wants it: most sites speak two or three of them.
package final class Languages: Sendable {
    /// The tags, in order.
    package let tags: [String]
    private let byLowercase: [String: String]
    /// `mail.locale`: what whoever wishes for nothing that is spoken gets.
    private let fallback: String
    private let overrides: [String: Catalogue]
    private let read = NIOLockedValueBox<[String: Words]>([:])

    /// The catalogues that come with the program, by the names of files that would override them.
    package static var files: [(name: String, text: String)] {
        BuiltInCatalogues.all.sorted { $0.key < $1.key }
            .map { ("\($0.key).words", String(decoding: $0.value(), as: UTF8.self)) }
    }

    /// - Parameters:
    ///   - folder: of files `TAG.words`; one for a built-in language overrides single lines, another one is whole.
    ///   - fallback: a tag, or nil for English.
    /// - Throws: ``WordsError`` for a file that is broken, ``UnknownLanguage`` for a fallback that is not spoken.
    package convenience init(folder: String? = nil, fallback: String? = nil) throws {
        try self.init(overriding: Self.files(in: folder), fallback: fallback)
    }

    /// - Parameter files: by the tags of their languages.
    init(overriding files: [(tag: String, text: String)], fallback: String? = nil) throws {
        var overrides: [String: Catalogue] = [:]
        for (tag, text) in files {
            overrides[tag] = try Catalogue(
                text, file: "\(tag).words", language: tag, isWhole: BuiltInCatalogues.all[tag] == nil)
        }
        self.overrides = overrides
        tags = Set(BuiltInCatalogues.all.keys).union(overrides.keys).sorted()
        byLowercase = Dictionary(tags.map { ($0.lowercased(), $0) }) { first, _ in first }
        guard let fallback = LanguageTag.match(fallback ?? "en", among: byLowercase) else {
            throw UnknownLanguage(spoken: tags)
        }
        self.fallback = fallback
    }

    /// The words for somebody with these wishes, the dearest first: the account's language, then the browser's.
    package func best(for wishes: [String]) -> Words {
        words(wishes.lazy.compactMap { LanguageTag.match($0, among: self.byLowercase) }.first ?? fallback)
    }

    /// - Parameter tag: one of ``tags``.
    package func words(_ tag: String) -> Words {
        read.withLockedValue { read in
            if let words = read[tag] { return words }
            let words = Words(tag, lines: lines(tag))
            read[tag] = words
            return words
        }
    }

    private func lines(_ tag: String) -> [String: String] {
        // That each of them is whole, the tests see to.
        let builtIn = BuiltInCatalogues.all[tag].flatMap {
            try? Catalogue(String(decoding: $0(), as: UTF8.self), file: tag, language: tag, isWhole: true)
        }
        guard let override = overrides[tag] else { return builtIn?.lines ?? [:] }
        func word(_ name: String) -> Substring { name.prefix { $0 != "." } }
        // Whoever writes one form of a word writes all: none of the built-in ones may be left behind.
        let overridden = Set(override.lines.keys.map(word))
        return (builtIn?.lines ?? [:]).filter { !overridden.contains(word($0.key)) }.merging(override.lines) { $1 }
    }

    private static func files(in folder: String?) throws(WordsError) -> [(tag: String, text: String)] {
        guard let folder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
        var files: [(String, String)] = []
        for name in names where name.hasSuffix(".words") {
            guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) else {
                throw WordsError(file: name, line: nil, reason: "expected a readable UTF-8 file")
            }
            files.append((String(name.dropLast(".words".count)), text))
        }
        return files
    }
}

/// A language that there are no words in.
package struct UnknownLanguage: Error, CustomStringConvertible {
    let spoken: [String]

    package var description: String { "expected one of \(spoken.joined(separator: ", "))" }
}
