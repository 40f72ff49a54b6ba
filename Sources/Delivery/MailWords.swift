import PasswordReset
import Presentation

/// What the templates of one kind of mail may name. Where mails of the kind differ, a gap's mark stands.
struct MailWords {
    let kind: Letters.Kind
    let words: Words
    let brand: Brand
    let forgotURL: String

    var notice: NoticeWords? { Purpose(rawValue: kind.purpose).flatMap(NoticeWords.init) }

    var values: [String: Any] {
        let isLink = kind.lifetime != nil
        let title = words[notice?.title ?? .resetSubject]
        let lifetime = kind.lifetime.map { words.lifetime(seconds: $0) } ?? ""
        let lines = words.lines.merging([
            Word.greeting.rawValue: kind.hasName
                ? fill(.greeting, "{name}", Stencil.Gap.name.mark) : words[.greetingWithoutName],
            Word.linkLifetime.rawValue: fill(.linkLifetime, "{lifetime}", lifetime),
            Word.linkPreview.rawValue: fill(.linkPreview, "{lifetime}", lifetime),
            Word.loginNow.rawValue: fill(.loginNow, "{login}", Stencil.Gap.login.mark),
            Word.noticeMoment.rawValue: fill(.noticeMoment, "{moment}", Stencil.Gap.moment.mark),
        ]) { $1 }
        let colour = (brand.colour ?? Self.colour).readable(on: Self.ground)
        var values: [String: Any] = [
            "words": lines, "language": words.language, "direction": words[.direction], "forgotURL": forgotURL,
            "notMeLink": Stencil.Gap.notMeLink.mark, "title": title, "moment": Stencil.Gap.moment.mark,
            "preview": lines[(isLink ? Word.linkPreview : .noticePreview).rawValue] ?? "",
            "colour": colour.hex, "onColour": colour.ink.hex,
        ]
        if let notice { values["happened"] = words[notice.happened] }
        if kind.hasName { values["name"] = Stencil.Gap.name.mark }
        if kind.hasLogin { values["login"] = Stencil.Gap.login.mark }
        if isLink {
            values["link"] = Stencil.Gap.link.mark
            values["lifetime"] = lifetime
        }
        if !brand.name.isEmpty { values["brand"] = brand.name }
        if let logo = brand.logo { values["logo"] = logo.dataURL }
        if let support = brand.support {
            var fields = ["text": support.text]
            if let url = support.url { fields["url"] = url }
            values["support"] = fields
        }
        return values
    }

    /// Of the button, and of what it stands on.
    private static let colour = Colour.link
    private static let ground = Colour.white

    private func fill(_ word: Word, _ placeholder: String, _ text: String) -> String {
        words[word].replacing(placeholder, with: text)
    }
}
