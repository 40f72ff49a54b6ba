import Foundation
import PasswordReset
import Testing

@testable import Presentation

/// Every built-in language, held against English.
@Suite struct CatalogueTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/Presentation/Catalogues").standardized

    private static let languages = BuiltInCatalogues.all.keys.sorted()

    private func lines(_ language: String) throws -> [String: String] {
        let bytes = try #require(BuiltInCatalogues.all[language])
        return try Catalogue(
            String(decoding: bytes(), as: UTF8.self), file: language, language: language, isWhole: true
        ).lines
    }

    @Test func `every file is a language of the program, and there are more than thirty`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.map { $0.replacing(".words", with: "") }.sorted() == Self.languages)
        #expect(Self.languages.count > 30)
    }

    @Test(arguments: languages)
    func `no language misses a word, a plural form or a placeholder`(language: String) throws {
        _ = try lines(language)
    }

    @Test(arguments: languages.filter { $0 != "en" })
    func `no language has a word left in English`(language: String) throws {
        // What is the same by right.
        let cognates = ["ca.errorPrefix", "es.errorPrefix"] + ["el", "it", "mi", "ro", "tr"].map { "\($0).moment" }
        let english = try lines("en")
        let same = try lines(language).filter { english[$0.key] == $0.value && $0.key != "direction" }.keys
        #expect(same.filter { !cognates.contains("\(language).\($0)") } == [])
    }

    @Test(arguments: languages)
    func `no text has markup, or anything else that is not to be read`(language: String) throws {
        for (name, text) in try lines(language) {
            let odd = text.unicodeScalars.filter { scalar in
                "<>&\"`\\".unicodeScalars.contains(scalar)
                    || scalar.properties.generalCategory == .privateUse
                    || scalar.properties.generalCategory == .unassigned
            }
            #expect(odd.isEmpty, "\(language) \(name)")
            #expect(text.trimmingCharacters(in: .whitespaces) == text, "\(language) \(name)")
        }
    }

    @Test(arguments: languages)
    func `subjects fit a phone's list of mails, and buttons a phone`(language: String) throws {
        let words = Languages.builtIn.words(language)
        for subject: Word in [
            .resetSubject, .passwordChangedTitle, .pinChangedTitle, .loginChangedTitle, .addressChangedTitle,
        ] {
            #expect(words[subject].count <= 60, "\(language) \(subject)")
        }
        for button: Word in [
            .forgotButton, .resetButton, .renewButton, .passwordButton, .pinButton, .notMeLinkButton,
            .notMeNoticeButton,
        ] {
            #expect(words[button].count <= 45, "\(language) \(button)")
        }
        #expect(words[.show].count <= 14 && words[.hide].count <= 14 && words[.show] != words[.hide])
    }

    @Test(arguments: languages)
    func `what counts is whole for every number`(language: String) throws {
        let words = Languages.builtIn.words(language)
        for word in Word.allCases where word.isCounted {
            for number in Array(0...130) + [1024] {
                let text = words(word, number)
                #expect(!text.isEmpty && !text.contains("{"), "\(language) \(word) \(number)")
                // Some say none, one and two in words; everything else has the number.
                if number > 2 { #expect(text.contains(words.number(number)), "\(language) \(word) \(number)") }
            }
        }
    }

    @Test(arguments: languages)
    func `a moment has every part of it`(language: String) throws {
        let words = Languages.builtIn.words(language)
        // 26 November 2026, 09:05.
        let text = words.moment(1_795_683_900)
        for part in language == "fa" ? [1405, 5, 9] : [2026, 26, 9] {
            #expect(text.contains(words.number(part)), "\(language) \(text)")
        }
        #expect(text.contains(words.number(0) + words.number(5)) && !text.contains("{"), "\(language) \(text)")
        let isRightToLeft = ["ar", "fa", "he"].contains(language)
        #expect(words.isRightToLeft == isRightToLeft)
    }

    @Test func `Persian has its own calendar and digits`() {
        #expect(Languages.builtIn.words("fa").moment(1_795_683_900).contains("۵ آذر ۱۴۰۵"))
    }
}

extension Languages {
    static let builtIn: Languages = {
        guard let languages = try? Languages() else { preconditionFailure("English is built in") }
        return languages
    }()
}
