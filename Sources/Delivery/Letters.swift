import NIOConcurrencyHelpers
import PasswordReset

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
        private let subject: Stencil
        /// The header's value, where the subject is the same in all mails.
        private let constantSubject: String?
        let text: Stencil
        let html: Stencil

        fileprivate init(_ rendered: MailText) {
            subject = Stencil(rendered.subject)
            constantSubject = subject.hasGaps ? nil : Self.header(subject, Stencil.Words(name: "", link: ""))
            text = Stencil(rendered.plain)
            html = Stencil(rendered.html, isHTML: true)
        }

        /// The header's value.
        func subject(_ words: Stencil.Words) -> String {
            constantSubject ?? Self.header(subject, words)
        }

        private static func header(_ subject: Stencil, _ words: Stencil.Words) -> String {
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
    private let brand: String
    private let linkBase: LinkBase
    private let made = NIOLockedValueBox<[Kind: Letter]>([:])

    init(templates: MailTemplates, brand: String, linkBase: LinkBase) {
        self.templates = templates
        self.brand = brand
        self.linkBase = linkBase
    }

    /// Nil when there is no template for the purpose.
    subscript(_ kind: Kind) -> Letter? {
        if let letter = made.withLockedValue({ $0[kind] }) { return letter }
        let words = MailWords(
            name: kind.hasName ? Stencil.Gap.name.mark : "",
            login: kind.hasLogin ? Stencil.Gap.login.mark : "",
            brand: brand,
            link: kind.lifetime.map { _ in Stencil.Gap.link.mark },
            notMeLink: Stencil.Gap.notMeLink.mark,
            lifetime: kind.lifetime.map { Self.lifetime(seconds: $0) },
            forgotURL: "\(linkBase.text)/forgot",
            notice: Purpose(rawValue: kind.purpose).flatMap(NoticeWords.init))
        guard
            let text = templates.render(words, purpose: kind.purpose, kind: kind.account, locale: kind.locale)
        else { return nil }
        let letter = Letter(text)
        made.withLockedValue { made in
            if made.count >= Self.capacity { made = [:] }
            made[kind] = letter
        }
        return letter
    }

    /// The time that a link lives, in whole units of the largest kind that fits.
    private static func lifetime(seconds: Int64) -> String {
        func count(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        guard seconds >= 60 else { return count(max(1, seconds - 1), "second") }
        // To the nearest minute: both ends were rounded to whole seconds.
        let minutes = (seconds + 30) / 60
        return minutes % 60 == 0 ? count(minutes / 60, "hour") : count(minutes, "minute")
    }
}
