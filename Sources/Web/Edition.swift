internal import HTTPTypes
internal import Mustache
internal import NIOConcurrencyHelpers
internal import PasswordReset
internal import Presentation

/// All pages in one language and under one brand. They work without JavaScript.
final class Edition: Sendable {
    let words: Words
    private let base: String
    let minimumLength: Int
    private let signInURLs: [AccountKind: String]
    private let library: MustacheLibrary
    private let common: [String: any Sendable]
    /// The same bytes for every address that somebody asks for.
    private let sentPage: String
    private let question: String
    private let form: PreparedPage
    /// By what they say; there are as many as there are refusals.
    private let refusals = NIOLockedValueBox<[RefusalPage: PreparedPage]>([:])

    init(_ settings: WebSettings, words: Words, kind: AccountKind?, library: MustacheLibrary) {
        self.words = words
        self.library = library
        base = settings.linkBase.path
        minimumLength = settings.minimumPasswordLength
        signInURLs = settings.signInURLs
        let lines = words.lines.merging([
            Word.ruleLength.rawValue: words(.ruleLength, settings.minimumPasswordLength),
            Word.rulePIN.rawValue: words(.rulePIN, PINPolicy.minimumLength),
        ]) { $1 }
        var common: [String: any Sendable] = ["words": lines, "base": base, "language": words.language]
        common.merge(BrandOnPages(settings.brands[kind], kind: kind).fields) { $1 }
        self.common = common
        sentPage = Self.render(
            "message", ["title": words[.sentTitle], "texts": [words[.sentText], words[.sentNothing]]], common, library)
        question = Self.render("forgot", ["title": words[.forgotTitle]], common, library)
        form = PreparedPage(
            Self.render(
                "reset",
                ["title": words[.resetTitle], "token": PreparedPage.gap, "minimumLength": minimumLength], common,
                library))
    }

    /// - Parameter refused: what was typed where an address was wanted; nil on a first visit.
    func forgot(kind: AccountKind?, refused: String? = nil) -> Answer {
        guard refused != nil || kind != nil else { return answer(question) }
        var page: [String: any Sendable] = ["title": words[.forgotTitle], "refused": refused != nil]
        if let refused { page["email"] = refused }
        if let kind { page["kind"] = kind.rawValue }
        return answer(render("forgot", page), status: refused == nil ? .ok : .unprocessableContent)
    }

    var sent: Answer { answer(sentPage) }

    func reset(token: String) -> Answer { answer(form.html(token: token)) }

    func reset(token: String, violations: [PasswordViolation]) -> Answer {
        let page: [String: any Sendable] = [
            "title": words[.resetTitle], "token": token, "minimumLength": minimumLength, "refused": true,
            "problems": violations.map { words.sentence($0) },
        ]
        return answer(render("reset", page), status: .unprocessableContent)
    }

    /// - Parameter kind: nil for somebody who came by the address alone.
    func done(kind: AccountKind?) -> Answer {
        var page: [String: any Sendable] = ["title": words[.doneTitle], "texts": [words[.doneText]]]
        if let url = kind.flatMap({ signInURLs[$0] }) { page["signIn"] = url }
        return answer(render("message", page))
    }

    func render(_ template: String, _ page: [String: any Sendable]) -> String {
        Self.render(template, page, common, library)
    }

    func answer(_ html: String, status: HTTPResponse.Status = .ok) -> Answer {
        .html(html, status: status).inLanguage(words.language)
    }

    private static func render(
        _ template: String, _ page: [String: any Sendable], _ common: [String: any Sendable], _ library: MustacheLibrary
    ) -> String {
        library.render(common.merging(page) { $1 }, withTemplate: template) ?? ""
    }
}

extension Edition {
    /// What makes one page of a refusal another than the next.
    private struct RefusalPage: Hashable {
        let texts: [String]
        let status: Int
        let hasToken: Bool
    }

    /// - Parameter token: of a link of ours that is dead: the page offers to send a new one.
    func refusal(_ refusal: Refusal, token: String?) -> Answer {
        let page = RefusalPage(
            texts: refusal.texts(in: words), status: refusal.status.code, hasToken: token != nil && refusal.end != nil)
        let prepared = refusals.withLockedValue { refusals in
            if let prepared = refusals[page] { return prepared }
            let prepared = PreparedPage(html(page))
            refusals[page] = prepared
            return prepared
        }
        return answer(prepared.html(token: token ?? ""), status: refusal.status)
    }

    private func html(_ refusal: RefusalPage) -> String {
        let title: Word =
            switch refusal.status {
            case 404: .notFoundTitle
            case 410: .endedTitle
            case 429: .tooManyTitle
            case 503: .unavailableTitle
            default: .errorTitle
            }
        var page: [String: any Sendable] = ["title": words[title], "texts": refusal.texts, "refused": true]
        if refusal.hasToken {
            page["renew"] = PreparedPage.gap
        } else if refusal.status == 404 || refusal.status == 410 {
            page["askAnew"] = true
        }
        return render("message", page)
    }
}
