import PasswordReset

/// What each kind of account may have of its own.
extension SettingKey {
    static let signInURLs = AccountKind.allCases.map { kind in
        SettingKey("web.signInURL.\(kind.rawValue)", "where a \(kind.rawValue) signs in with a new password")
    }

    /// Of the brand of a kind of account; nil for what all kinds have that have none of their own.
    struct BrandKeys: Sendable {
        let name: SettingKey
        let colour: SettingKey
        let logo: SettingKey
        let support: SettingKey

        init(_ kind: AccountKind?) {
            let prefix = kind.map { "brand.\($0.rawValue)" } ?? "brand"
            let whose = kind.map { ", for \($0.rawValue)s alone" } ?? ""
            name = SettingKey("\(prefix).name", "name of the site in mails and pages\(whose)")
            colour = SettingKey("\(prefix).colour", "colour of buttons and links, such as #1d5fb4\(whose)")
            logo = SettingKey("\(prefix).logo", "an SVG document, or data:image/png;base64,…\(whose)")
            support = SettingKey("\(prefix).support", "where people get help: address, phone number or URL\(whose)")
        }

        var all: [SettingKey] { [name, colour, logo, support] }
    }

    static let brand = BrandKeys(nil)
    static let brands = AccountKind.allCases.map { ($0, BrandKeys($0)) }
}
