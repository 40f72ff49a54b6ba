package import PasswordReset
package import Presentation

/// Shows what a mail would look like to somebody, without one being sent: its link is none.
package struct Preview: Sendable {
    /// As the last word in a template's name.
    package enum Part: String, CaseIterable, Sendable {
        case subject, text, html
    }

    private let letters: Letters
    private let linkBase: LinkBase

    package init(templates: MailTemplates, brands: Brands, languages: Languages, linkBase: LinkBase) {
        letters = Letters(templates: templates, brands: brands, languages: languages, linkBase: linkBase)
        self.linkBase = linkBase
    }

    /// Nil when there is no template for the purpose.
    package func render(
        _ purpose: String, _ part: Part, kind: AccountKind, locale: String?, lifetime: Duration, now: Int64
    ) -> String? {
        let isLink = purpose == Purpose.resetLink.rawValue
        let mail = Letters.Kind(
            purpose: purpose, account: kind, locale: locale, hasName: true,
            hasLogin: purpose == Purpose.loginChanged.rawValue,
            lifetime: isLink ? lifetime.components.seconds : nil)
        guard let letter = letters[mail] else { return nil }
        let token = String(repeating: "x", count: Token.characterCount)
        let fillings = Stencil.Fillings(
            name: "Mary Baker", login: "mary", link: "\(linkBase.text)/reset/\(token)",
            notMeLink: "\(linkBase.text)/not-me/\(token)", moment: letter.language.moment(now))
        var bytes: [UInt8] = []
        switch part {
        case .subject: letter.subject.fill(fillings, into: &bytes)
        case .text: letter.text.fill(fillings, into: &bytes)
        case .html: letter.html.fill(fillings, into: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
