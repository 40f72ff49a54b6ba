import NIOConcurrencyHelpers
import PasswordReset
import Presentation

/// What is the same in all mails of a kind, rendered when the first of them is composed.
final class Letters: Sendable {
    /// Mails that differ in nothing but their words.
    struct Kind: Hashable {
        let purpose: String
        let account: AccountKind
        let locale: String?
        let hasName: Bool
        let hasLogin: Bool
        /// Seconds; for a link alone.
        let lifetime: Int64?
    }

    /// A mail with gaps.
    struct Letter {
        let subject: Stencil
        /// The header's value, where the subject is the same in all mails.
        private let constantSubject: String?
        let text: Stencil
        let html: Stencil
        /// Of whoever reads it, for what is put into its gaps.
        let language: Words

        fileprivate init(_ rendered: MailText, in language: Words) {
            self.language = language
            subject = Stencil(rendered.subject)
            constantSubject = subject.hasGaps ? nil : Self.header(subject, Stencil.Fillings(name: "", link: ""))
            text = Stencil(PlainText.wrap(rendered.plain))
            html = Stencil(rendered.html, isHTML: true)
        }

        /// The header's value.
        func subjectHeader(_ words: Stencil.Fillings) -> String {
            constantSubject ?? Self.header(subject, words)
        }

        private static func header(_ subject: Stencil, _ words: Stencil.Fillings) -> String {
            var bytes: [UInt8] = []
            subject.fill(words, into: &bytes)
            return HeaderText.unstructured(String(decoding: bytes, as: UTF8.self), after: "Subject: ".count)
        }
    }

    /// A tag is at most 35 characters (RFC 5646, 4.4.1); what other systems have for one may be anything.
    static let longestLocale = 64

    /// Nor need those that are short enough be few.
    private static let capacity = 256

    private let templates: MailTemplates
    private let brands: Brands
    private let languages: Languages
    private let linkBase: LinkBase
    private let made = NIOLockedValueBox<[Kind: Letter]>([:])

    init(templates: MailTemplates, brands: Brands, languages: Languages, linkBase: LinkBase) {
        self.templates = templates
        self.brands = brands
        self.languages = languages
        self.linkBase = linkBase
    }

    /// Nil when there is no template for the purpose.
    subscript(_ kind: Kind) -> Letter? {
        if let letter = made.withLockedValue({ $0[kind] }) { return letter }
        let words = languages.best(for: kind.locale.map { [$0] } ?? [])
        let mail = MailWords(
            kind: kind, words: words, brand: brands[kind.account], forgotURL: "\(linkBase.text)/forgot")
        guard let text = templates.render(mail) else { return nil }
        let letter = Letter(text, in: words)
        made.withLockedValue { made in
            if made.count >= Self.capacity { made = [:] }
            made[kind] = letter
        }
        return letter
    }
}
