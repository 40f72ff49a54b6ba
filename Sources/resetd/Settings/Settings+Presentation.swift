import Delivery
import PasswordReset
import Presentation
import Web

/// What people see: languages, brand, and where they go on.
extension Settings {
    /// - Throws: ``SettingError`` that names file and line, when a file of words is broken.
    func languages() throws -> Languages {
        do {
            return try Languages(folder: try text(.mailTemplates), fallback: try required(.mailLocale))
        } catch let error as WordsError {
            throw SettingError(.mailTemplates, error.description)
        } catch let error as UnknownLanguage {
            throw SettingError.malformed(.mailLocale, try required(.mailLocale), expected: "\(error)")
        }
    }

    /// - Throws: ``SettingError`` that names file and line, when one is broken.
    func mailTemplates() throws -> MailTemplates {
        try templates(MailTemplates.init)
    }

    /// What pages are made of.
    ///
    /// - Throws: ``SettingError`` that names file and line, when one is broken.
    func looks() throws -> Looks {
        Looks(languages: try languages(), templates: try templates(PageTemplates.init))
    }

    private func templates<Templates>(
        _ read: ([TemplateFile]) throws(TemplateError) -> Templates
    ) throws -> Templates {
        let folder = try text(.mailTemplates)
        do throws(TemplateError) { return try read(try TemplateFile.all(in: folder)) } catch {
            throw SettingError(.mailTemplates, error.description)
        }
    }

    /// Of mails, before anything else is set.
    func preview() throws -> Preview {
        Preview(
            templates: try mailTemplates(), brands: try brands(), languages: try languages(), linkBase: try shownBase())
    }

    /// And of pages.
    func pagePreview() throws -> PagePreview {
        PagePreview(
            WebSettings(
                linkBase: try shownBase(), minimumPasswordLength: try minimumPasswordLength(), brands: try brands(),
                looks: try looks(), signInURLs: try signInURLs()))
    }

    private func shownBase() throws -> LinkBase {
        try text(.linkBase) == nil ? LinkBase("https://account.example.org") : try base()
    }

    func brands() throws -> Brands {
        let common = try brand(SettingKey.brand, over: Brand())
        func own(_ kind: AccountKind) throws -> Brand? {
            try SettingKey.brands.first { $0.0 == kind }.map { try brand($0.1, over: common) }
        }
        return Brands(common: common, user: try own(.user), contact: try own(.contact))
    }

    func signInURLs() throws -> [AccountKind: String] {
        var urls: [AccountKind: String] = [:]
        for (kind, key) in zip(AccountKind.allCases, SettingKey.signInURLs) {
            guard let url = try text(key) else { continue }
            guard url.hasPrefix("https://") || url.hasPrefix("http://"), !url.contains(where: \.isWhitespace) else {
                throw SettingError.malformed(key, url, expected: "a URL that begins with https:// or http://")
            }
            urls[kind] = url
        }
        return urls
    }

    private func brand(_ keys: SettingKey.BrandKeys, over common: Brand) throws -> Brand {
        var brand = common
        if let name = try text(keys.name) { brand.name = name }
        if let text = try text(keys.colour) {
            guard let colour = Colour(text) else {
                throw SettingError.malformed(keys.colour, text, expected: "a colour such as #1d5fb4")
            }
            brand.colour = colour
        }
        if try text(keys.logo) != nil { brand.logo = try value(keys.logo, Logo.init) }
        if let support = try text(keys.support) { brand.support = Support(support) }
        return brand
    }
}
