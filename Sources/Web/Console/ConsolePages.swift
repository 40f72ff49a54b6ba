internal import Accounts
internal import HTTPTypes
internal import Mustache
internal import PasswordReset
internal import Presentation

/// The console's pages, in English alone: those who work with them are few, and words such as `throttled` are shown as
/// they are stored, to be looked up in the manual.
struct ConsolePages: Sendable {
    /// What the navigation leads to.
    enum Section: String, CaseIterable {
        case users, contacts, clients, requests, duplicates, audit

        var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

        init(_ kind: AccountKind) {
            switch kind {
            case .user: self = .users
            case .contact: self = .contacts
            }
        }
    }

    /// What a template is given: texts, flags, and lists of the same.
    typealias Fields = [String: any Sendable]

    private static let files = [
        TemplateFile(name: "console", bytes: PackageResources.console_mustache),
        TemplateFile(name: "brand", bytes: PackageResources.brand_mustache),
        TemplateFile(name: "signin", bytes: PackageResources.signin_mustache),
        TemplateFile(name: "accounts", bytes: PackageResources.accounts_mustache),
        TemplateFile(name: "account", bytes: PackageResources.account_mustache),
        TemplateFile(name: "clients", bytes: PackageResources.clients_mustache),
        TemplateFile(name: "requests", bytes: PackageResources.requests_mustache),
        TemplateFile(name: "duplicates", bytes: PackageResources.duplicates_mustache),
        TemplateFile(name: "audit", bytes: PackageResources.audit_mustache),
        TemplateFile(name: "entries", bytes: PackageResources.entries_mustache),
        TemplateFile(name: "refusal", bytes: PackageResources.refusal_mustache),
    ]

    let words: Words
    private let base: String
    private let library: MustacheLibrary
    private let common: Fields

    /// - Throws: when a template is broken, which the tests would have seen.
    init(base: String, brand: Brand, words: Words) throws {
        var library = MustacheLibrary()
        for file in Self.files { library.register(try file.parsed(as: HTMLText.name), named: file.name) }
        self.library = library
        self.words = words
        self.base = base
        common = BrandOnPages(brand, kind: .user).fields.merging(["base": base]) { $1 }
    }

    /// Where a page of the console is.
    ///
    /// - Parameter query: names are words of the program; fields without a value are left out.
    func path(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) -> String {
        let fields = query.compactMap { name, value in value.map { "\(name)=\(PercentCode.encode($0))" } }
        return "\(base)/admin/\(path)" + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }

    /// - Parameter problem: what was wrong with the sign-in before.
    func signIn(login: String?, problem: String?) -> String {
        var page: Fields = ["title": "Administration", "refused": problem != nil]
        if let login { page["login"] = login }
        if let problem { page["problem"] = problem }
        return render("signin", page)
    }

    /// A page with the navigation and the form to sign out.
    func page(
        _ template: String, _ title: String, in section: Section?, for visit: ConsoleVisit, _ fields: Fields
    ) -> String {
        let sections = Section.allCases.map { one -> Fields in
            ["path": one.rawValue, "name": one.name, "isCurrent": one == section]
        }
        let frame: Fields = [
            "title": title,
            "session": [
                "token": visit.token.formToken, "administrator": visit.administrator.loginID, "sections": sections,
            ] as Fields,
            "token": visit.token.formToken,
        ]
        return render(template, frame.merging(fields) { $1 })
    }

    /// - Parameter section: where its reader is.
    func refusal(_ refusal: Refusal, in section: Section? = nil, for visit: ConsoleVisit) -> Answer {
        let (title, text): (String, String) =
            switch refusal.status {
            case .notFound: ("Not found", "There is nothing by this name, or not any more.")
            case .forbidden:
                ("Nothing was changed", "This form was not one of this session. Open its page anew, and try again.")
            default: ("This was not understood", refusal.texts(in: words).joined(separator: " "))
            }
        return .html(
            page("refusal", title, in: section, for: visit, ["text": text, "refused": true]), status: refusal.status)
    }

    private func render(_ template: String, _ fields: Fields) -> String {
        library.render(common.merging(fields) { $1 }, withTemplate: template) ?? ""
    }
}
