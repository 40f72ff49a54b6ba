internal import NIOCore
package import PasswordReset
internal import Presentation

/// Shows what a page looks like to somebody, without a daemon that serves it: its stylesheets and the logo are in it, and its
/// form leads nowhere.
package struct PagePreview: Sendable {
    private let settings: WebSettings

    package init(_ settings: WebSettings) {
        self.settings = settings
    }

    /// Nil when there is no page of that name.
    package func render(_ name: String, kind: AccountKind, locale: String?) -> String? {
        let edition = Pages(settings).edition(for: kind, wishes: locale.map { [$0] } ?? [])
        let token = String(repeating: "x", count: Token.characterCount)
        let answer: Answer
        switch name {
        case "forgot": answer = edition.forgot(kind: kind)
        case "reset": answer = edition.reset(token: token)
        case "change": answer = edition.change(.password, kind: kind, login: "")
        case "message": answer = edition.done(kind: kind)
        case "not_me": answer = edition.notMe(token: token, locks: true)
        default: return nil
        }
        let brand = BrandOnPages(settings.brands[kind], kind: kind)
        let sheets = [
            ("site.css", String(decoding: PackageResources.site_css, as: UTF8.self)), (brand.sheetName, brand.sheet),
        ]
        let assets = "\(settings.linkBase.path)/assets"
        let styled = sheets.reduce(String(buffer: answer.body)) { page, sheet in
            guard let text = sheet.1 else { return page }
            return page.replacing(
                "<link rel=\"stylesheet\" href=\"\(assets)/\(sheet.0)\">", with: "<style>\n\(text)</style>")
        }
        guard let logo = settings.brands[kind].logo else { return styled }
        return styled.replacing("\"\(assets)/\(brand.logoName)\"", with: "\"\(logo.dataURL)\"")
    }
}
