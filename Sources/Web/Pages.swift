internal import HTTPTypes
internal import Mustache
internal import NIOConcurrencyHelpers
internal import PasswordReset

/// The pages that browsers get: templates of this target, filled. They work without JavaScript and load one stylesheet.
struct Pages: Sendable {
    private static let sources: [(name: String, bytes: [UInt8])] = [
        ("page", PackageResources.page_mustache), ("forgot", PackageResources.forgot_mustache),
        ("reset", PackageResources.reset_mustache), ("message", PackageResources.message_mustache),
        ("change", PackageResources.change_mustache), ("not_me", PackageResources.not_me_mustache),
    ]

    let words: Words
    /// What precedes every path: the path of `link.base`, often empty.
    let base: String
    let stylesheet = String(decoding: PackageResources.site_css, as: UTF8.self)
    /// The same bytes for every address that somebody asks for.
    let sent: String
    let done: String
    private let question: String
    private let form: PreparedPage
    /// By what they say; there are as many as there are refusals.
    private let refusals = NIOLockedValueBox<[RefusalPage: PreparedPage]>([:])
    private let library: MustacheLibrary
    private let common: [String: any Sendable]

    /// - Throws: when a template or a sentence is broken, which the tests would have seen.
    init(_ settings: WebSettings) throws {
        let english = String(decoding: PackageResources.en_words, as: UTF8.self)
        words = try Words(english, language: "en", minimumLength: settings.minimumPasswordLength)
        base = settings.linkBase.path
        HTMLText.register()
        var library = MustacheLibrary()
        for (name, bytes) in Self.sources {
            try library.register(String(decoding: bytes, as: UTF8.self), named: name)
        }
        self.library = library
        var common: [String: any Sendable] = ["words": words.all, "base": base, "language": words.language]
        if !settings.brandName.isEmpty { common["brand"] = settings.brandName }
        self.common = common
        let sent: [String: any Sendable] = [
            "title": words[.sentTitle], "texts": [words[.sentText], words[.sentNothing]],
        ]
        self.sent = Self.render("message", sent, common, library)
        let done: [String: any Sendable] = ["title": words[.doneTitle], "texts": [words[.doneText]]]
        self.done = Self.render("message", done, common, library)
        question = Self.render("forgot", ["title": words[.forgotTitle]], common, library)
        form = PreparedPage(
            Self.render("reset", ["title": words[.resetTitle], "token": PreparedPage.gap], common, library))
    }

    /// - Parameter refused: whether the address was missing; what was typed is not shown again.
    func forgot(kind: AccountKind?, refused: Bool) -> String {
        guard refused || kind != nil else { return question }
        var page: [String: any Sendable] = ["title": words[.forgotTitle], "refused": refused]
        if let kind { page["kind"] = kind.rawValue }
        return render("forgot", page)
    }

    func reset(token: String, violations: [PasswordViolation]) -> String {
        guard !violations.isEmpty else { return form.html(token: token) }
        return render(
            "reset",
            [
                "title": words[.resetTitle], "token": token, "refused": true,
                "problems": violations.map { words.sentence($0) },
            ])
    }

    /// - Parameter token: of a link of ours that is dead: the page offers to send a new one.
    func refusal(_ refusal: Refusal, token: String?) -> String {
        let page = RefusalPage(
            word: refusal.word, status: refusal.status.code, hasToken: token != nil && refusal.end != nil)
        let prepared =
            refusals.withLockedValue { $0[page] }
            ?? PreparedPage(self.page(of: refusal, token: token.map { _ in PreparedPage.gap }))
        refusals.withLockedValue { $0[page] = prepared }
        return prepared.html(token: token ?? "")
    }

    private func page(of refusal: Refusal, token: String?) -> String {
        var page: [String: any Sendable] = ["texts": [words[refusal.word]], "refused": true]
        switch refusal.status.code {
        case 404: page["title"] = words[.notFoundTitle]
        case 410: page["title"] = words[.endedTitle]
        case 429: page["title"] = words[.tooManyTitle]
        case 503: page["title"] = words[.unavailableTitle]
        default: page["title"] = words[.errorTitle]
        }
        if refusal.end != nil, let token {
            page["renew"] = token
        } else if refusal.status.code == 404 || refusal.status.code == 410 {
            page["askAnew"] = true
        }
        return render("message", page)
    }

    func render(_ template: String, _ page: [String: any Sendable]) -> String {
        Self.render(template, page, common, library)
    }

    private static func render(
        _ template: String, _ page: [String: any Sendable], _ common: [String: any Sendable], _ library: MustacheLibrary
    ) -> String {
        library.render(common.merging(page) { $1 }, withTemplate: template) ?? ""
    }
}

/// What makes one page of a refusal another than the next.
private struct RefusalPage: Hashable {
    let word: Word
    let status: Int
    let hasToken: Bool
}
