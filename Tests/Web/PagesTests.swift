import HTTPTypes
import NIOCore
import PasswordReset
import Presentation
import Testing

@testable import Web

@Suite struct PagesTests {
    private static let languages = WebSettings.spoken.tags

    /// Every page that there is, each with all that it can have.
    private func pages(_ edition: Edition) -> [Answer] {
        let changes: [Refusal?] = [
            nil, .wrongSecret, .locked(seconds: 900), .locked(seconds: nil), .weak([.tooFewDigits(minimum: 6)]),
        ]
        return [
            edition.forgot(kind: nil), edition.forgot(kind: .contact, refused: "nobody"), edition.sent,
            edition.done(kind: .user), edition.reset(token: "T"),
            edition.reset(token: "T", violations: [.tooShort(minimum: 14), .common, .personal, .confirmationDiffers]),
            edition.refusal(.notFound, token: nil), edition.refusal(.tooMany(retryAfter: 42), token: nil),
            edition.refusal(.unavailable, token: nil), edition.refusal(.malformed, token: nil),
            edition.changed(.password), edition.changed(.pin), edition.notMe(token: "T", locks: true),
            edition.notMe(token: "T", locks: false), edition.refusal(.reportExpired, token: nil), edition.reported,
        ] + LinkEnd.allCases.map { edition.refusal(.gone($0), token: "T") }
            + changes.flatMap { refusal in
                [Secret.password, .pin].map { edition.change($0, kind: .user, login: "ada", refusal: refusal) }
            }
    }

    @Test(arguments: languages) func `no page has a gap, a hole or a missing word in any language`(language: String)
        throws
    {
        var settings = try WebSettings.testing()
        settings.brands = try .testing()
        settings.minimumPasswordLength = 14
        settings.signInURLs = [.user: "https://www.example.org/?a=1&b=2"]
        let edition = Pages(settings).edition(for: .user, wishes: [language])
        let number = edition.words.callAsFunction(.ruleLength, 14)
        for answer in pages(edition) {
            let page = String(buffer: answer.body)
            #expect(!page.contains("{") && !page.contains("\u{F8A3}"), "\(page)")
            for empty in ["h1", "p", "li", "button", "label", "a", "title", "legend"] {
                #expect(page.firstMatch(of: try Regex("<\(empty)( [^>]*)?>\\s*</\(empty)>")) == nil, "\(page)")
            }
            #expect(page.contains("Acme &amp; &quot;Sons&quot;"))
            #expect(page.contains(#"<html lang="\#(language)" dir="\#(edition.words[.direction])">"#))
            #expect(page.contains(#"href="tel:+6491234567""#))
            #expect(page.contains(#"href="/assets/brand-user.css""#) && page.contains(#"src="/assets/logo-user""#))
            #expect(answer.headers[.contentLanguage] == language)
            #expect(answer.body.readableBytes < 8000)
        }
        let form = String(buffer: edition.reset(token: "T").body)
        #expect(form.contains(number.replacing("&", with: "&amp;").replacing("'", with: "&#39;")))
    }

    @Test func `a page with all that it loads is under thirty kilobytes`() throws {
        let largest = try Self.languages.flatMap { pages(try Pages(.testing()).edition(wishes: [$0])) }
            .map(\.body.readableBytes).max()
        let files = PackageResources.site_css.count + PackageResources.site_js.count
        #expect(try #require(largest) + files < 20_000)
    }

    @Test(arguments: [
        PasswordViolation.tooShort(minimum: 14), .tooLong(maximumBytes: 72), .controlCharacter, .common, .personal,
        .breached, .sameAsCurrent, .confirmationDiffers, .notDigits, .tooFewDigits(minimum: 6),
        .tooManyDigits(maximum: 64), .repeatedDigit, .digitSequence,
    ])
    func `every broken rule has a sentence, with the number that would be right`(violation: PasswordViolation) throws {
        for secret in [Secret.password, .pin] {
            let sentence = try Pages(.testing()).edition(wishes: []).words.sentence(violation, of: secret)
            #expect(sentence.hasSuffix(".") && !sentence.contains("{"))
            switch violation {
            case .tooShort(let number), .tooLong(let number), .tooFewDigits(let number), .tooManyDigits(let number):
                #expect(sentence.contains(" \(number) "))
            default: break
            }
        }
    }
}

extension Brands {
    static func testing() throws -> Brands {
        Brands(
            common: Brand(
                name: #"Acme & "Sons""#, colour: Colour("#0a7f5a"),
                logo: try Logo(#"<svg xmlns="http://www.w3.org/2000/svg"/>"#), support: Support("+64 9 123 4567")))
    }
}
