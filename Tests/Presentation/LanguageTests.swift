import Foundation
import PasswordReset
import Testing

@testable import Presentation

@Suite struct LanguageTests {
    @Test(arguments: [
        ("de-AT", "de"), ("de_CH.UTF-8", "de"), ("DE", "de"), ("pt", "pt"), ("pt-BR", "pt-BR"), ("pt-br", "pt-BR"),
        ("pt-AO", "pt"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hant"), ("zh-Hant-HK", "zh-Hant"),
        ("zh_HK", "zh-Hant"), ("no", "nb"), ("nn-NO", "nb"), ("iw", "he"), ("es-419", "es"), ("mi-NZ", "mi"),
        ("en-GB", "en"), ("ca@valencia", "ca"), ("tlh", "en"), ("", "en"), ("d", "en"), ("deu-x", "en"),
        (String(repeating: "de-", count: 100), "en"),
    ])
    func `a wish gets the language next to it, or the fallback`(wish: String, language: String) {
        #expect(Languages.builtIn.best(for: [wish]).language == language)
    }

    @Test func `the account comes before the browser, and the browser before the site`() throws {
        let site = try Languages(fallback: "fr-CA")
        #expect(site.best(for: ["de", "it"]).language == "de")
        #expect(site.best(for: ["tlh", "it"]).language == "it")
        #expect(site.best(for: []).language == "fr")
        #expect(throws: UnknownLanguage.self) { try Languages(fallback: "tlh") }
    }

    @Test(arguments: [
        ("de-DE,de;q=0.9,en;q=0.8", ["de-DE", "de", "en"]), ("en;q=0.2, fr ;q=0.9,*;q=0.5", ["fr", "en"]),
        ("de;q=0", []), ("", []), (",,;q=1", []), ("sv;q=x,da", ["da"]), (String(repeating: "a,", count: 200), []),
    ])
    func `a browser's wishes are read by weight`(header: String, tags: [String]) {
        #expect(AcceptLanguage.tags(header) == tags)
    }

    @Test func `a link's life is told in its largest whole unit`() {
        let english = Languages.builtIn.words("en")
        #expect(english.lifetime(seconds: 3601) == "1 hour")
        #expect(english.lifetime(seconds: 7200) == "2 hours")
        #expect(english.lifetime(seconds: 5400) == "90 minutes")
        #expect(english.lifetime(seconds: 61) == "1 minute")
        #expect(english.lifetime(seconds: 31) == "30 seconds")
        #expect(Languages.builtIn.words("pl").lifetime(seconds: 180) == "3 minuty")
        #expect(Languages.builtIn.words("ru").lifetime(seconds: 21 * 3600) == "21 час")
        #expect(Languages.builtIn.words("fa").lifetime(seconds: 12 * 60).contains("۱۲"))
    }

    @Test func `whoever is told to wait is never told too short a time`() {
        let english = Languages.builtIn.words("en")
        #expect(english.wait(seconds: 0) == "Please try again in 1 second.")
        #expect(english.wait(seconds: 41) == "Please try again in 50 seconds.")
        #expect(english.wait(seconds: 90) == "Please try again in 90 seconds.")
        #expect(english.wait(seconds: 121) == "Please try again in 3 minutes.")
    }

    @Test(arguments: [
        ("ru", [1: PluralForm.one, 2: .few, 5: .many, 11: .many, 12: .many, 21: .one, 22: .few, 111: .many]),
        ("pl", [1: .one, 2: .few, 5: .many, 12: .many, 21: .many, 22: .few]),
        ("cs", [1: .one, 4: .few, 5: .other, 22: .other]),
        ("sl", [1: .one, 2: .two, 3: .few, 5: .other, 101: .one, 102: .two]),
        ("ar", [0: .zero, 1: .one, 2: .two, 3: .few, 11: .many, 100: .other, 103: .few]),
        ("ro", [1: .one, 0: .few, 12: .few, 20: .other, 101: .few]),
        ("he", [1: .one, 2: .two, 3: .other]), ("fr", [0: .one, 1: .one, 2: .other]), ("pt", [0: .other, 1: .one]),
        ("pt-BR", [0: .one]),
        ("ja", [1: .other]), ("mi", [1: .other]), ("en", [0: .other, 1: .one, 2: .other]),
        ("tlh", [1: .one, 2: .other]),
    ])
    func `numbers take the plural form that CLDR gives them`(language: String, forms: [Int: PluralForm]) {
        for (number, form) in forms { #expect(PluralRule(language)(number) == form, "\(language) \(number)") }
    }
}

@Suite struct OperatorWordsTests {
    private func languages(_ files: [String: String]) throws -> Languages {
        let folder = FileManager.default.temporaryDirectory.appending(path: "resetd-words-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return try Languages(folder: folder.path)
    }

    @Test func `a file for a built-in language overrides the words that it has, in all their forms`() throws {
        let words = try languages([
            "de.words": "# ours\nforgotTitle = Kein Passwort?\nruleLength = mindestens {count}\n"
        ]).words("de")
        #expect(words[.forgotTitle] == "Kein Passwort?")
        #expect(words(.ruleLength, 12) == "mindestens 12")
        #expect(words[.emailLabel] == Languages.builtIn.words("de")[.emailLabel])
    }

    @Test func `lines of a file from Windows are lines, and none is passed over`() throws {
        let words = try languages(["de.words": "# ours\r\nforgotTitle = Kein Passwort?\r\nshow = Zeig\r\n"]).words("de")
        #expect(words[.forgotTitle] == "Kein Passwort?" && words[.show] == "Zeig")
        #expect { _ = try languages(["de.words": "# ours\r\nnobody = x\r\n"]) } throws: { error in
            "\(error)" == "de.words, line 2: there is no word nobody"
        }
    }

    @Test func `a file for another language is a language`() throws {
        let bytes = try #require(BuiltInCatalogues.all["en"])
        let english = String(decoding: bytes(), as: UTF8.self)
        let added = try languages(["en-NZ.words": english.replacing("Hello {name},", with: "Kia ora {name},")])
        #expect(added.best(for: ["en-NZ"])[.greeting] == "Kia ora {name},")
        #expect(added.best(for: ["en-AU"])[.greeting] == "Hello {name},")
    }

    @Test(arguments: [
        ("de.words", "forgotTitle: x", "de.words, line 1: expected name = text"),
        ("de.words", "\nnobody = x", "de.words, line 2: there is no word nobody"),
        ("de.words", "show = a\nshow = b", "de.words, line 2: show is there twice"),
        ("de.words", "show = {x}", "de.words, line 1: show: there is nothing to put in for {x}"),
        ("de.words", "greeting = Hallo", "de.words, line 1: greeting: {name} is missing"),
        ("de.words", "show.one = x", "de.words, line 1: show has no plural forms"),
        (
            "de.words", "ruleLength.few = {count}",
            "de.words, line 1: de has no plural form few; expected one of one, other"
        ),
        ("de.words", "ruleLength.one = {count}", "de.words: ruleLength.other is missing"),
        ("de.words", "direction = up", "de.words, line 1: direction: expected ltr or rtl"),
        (
            "de.words", "months = January",
            "de.words, line 1: months: expected twelve names, apart by a comma and a space"
        ),
        ("de.words", "digits = 123", "de.words, line 1: digits: expected the ten digits from zero to nine"),
        ("de.words", "show = a\tb", "de.words, line 1: show: expected no tab or other control character"),
        ("de.words", "show =  ", "de.words, line 1: show: expected a text"),
        ("tlh.words", "show = cha'", "tlh.words: direction is missing"),
    ])
    func `a broken file is refused with its line`(file: String, text: String, complaint: String) {
        #expect { try languages([file: text]) } throws: { "\($0)" == complaint }
    }
}
