package import PasswordReset

/// Whose service it is, as pages and mails show it.
package struct Brand: Sendable, Equatable {
    /// Empty for none.
    package var name: String
    package var colour: Colour?
    package var logo: Logo?
    package var support: Support?

    package init(name: String = "", colour: Colour? = nil, logo: Logo? = nil, support: Support? = nil) {
        self.name = name
        self.colour = colour
        self.logo = logo
        self.support = support
    }
}

/// The brand of each kind of account: a site may well show its staff another face than its clients.
package struct Brands: Sendable {
    private let common: Brand
    private let user: Brand
    private let contact: Brand

    /// - Parameters:
    ///   - common: for pages that know of no kind.
    package init(common: Brand = Brand(), user: Brand? = nil, contact: Brand? = nil) {
        self.common = common
        self.user = user ?? common
        self.contact = contact ?? common
    }

    package subscript(_ kind: AccountKind?) -> Brand {
        switch kind {
        case .user: user
        case .contact: contact
        case nil: common
        }
    }

    /// Whether accounts of this kind have a brand of their own.
    package func isOwn(_ kind: AccountKind) -> Bool { self[kind] != common }

    private var all: [Brand] { [common, user, contact] }

    /// Those that there are: words that no password may be.
    package var names: [String] { Set(all.map(\.name)).filter { !$0.isEmpty }.sorted() }

    package var haveLogo: Bool { all.contains { $0.logo != nil } }
}

/// Where people get help: a mail address, a phone number, a page, or any words.
package struct Support: Sendable, Equatable {
    package let text: String
    /// What a link to it leads to, or nil.
    package let url: String?

    package init(_ text: String) {
        self.text = text
        let isWord = !text.contains(where: \.isWhitespace)
        if isWord, text.hasPrefix("https://") || text.hasPrefix("http://") {
            url = text
        } else if isWord, text.split(separator: "@").count == 2 {
            url = "mailto:\(text)"
        } else if text.hasPrefix("+"),
            text.dropFirst().allSatisfy({ $0.isASCII && ($0.isNumber || " -()".contains($0)) })
        {
            url = "tel:" + text.filter { $0 == "+" || $0.isNumber }
        } else {
            url = nil
        }
    }
}
