internal import HTTPTypes
internal import Mustache
internal import NIOConcurrencyHelpers
internal import PasswordReset
internal import Presentation

/// The pages that browsers get: an ``Edition`` of them for each language and brand that somebody wanted so far.
final class Pages: Sendable {
    /// Which edition: there are three for each language at most.
    private struct Reader: Hashable {
        let language: String
        let kind: AccountKind?
    }

    /// What precedes every path: the path of `link.base`, often empty.
    let base: String
    private let settings: WebSettings
    /// Of the words and templates that are in force: SIGHUP may bring others.
    private let made: NIOLockedValueBox<(looks: Looks, editions: [Reader: Edition])>

    init(_ settings: WebSettings) {
        self.settings = settings
        base = settings.linkBase.path
        made = NIOLockedValueBox((settings.looks(), [:]))
    }

    /// In the language of the mail that brought them here, if there is one.
    func edition(for owner: LinkOwner?, wishes: [String]) -> Edition {
        edition(for: owner?.kind, wishes: (owner?.locale.map { [$0] } ?? []) + wishes)
    }

    /// For whoever was sent on by ``redirect(to:for:wishes:)``, or by a link of an application.
    func edition(_ call: Call) -> Edition {
        edition(for: call.kind, wishes: (call.locale.map { [$0] } ?? []) + call.wishes)
    }

    /// After a form, to a page that is anybody's: it knows by its address alone of whose kind it is, where a kind has a brand or a
    /// sign-in of its own, and which language it is to be in, where the browser asks for another.
    func redirect(to path: String, for owner: LinkOwner, wishes: [String]) -> Answer {
        var query: [String] = []
        if settings.signInURLs[owner.kind] != nil || settings.brands.isOwn(owner.kind) {
            query.append("kind=\(owner.kind.rawValue)")
        }
        let language = edition(for: owner, wishes: wishes).words.language
        if language != edition(wishes: wishes).words.language { query.append("locale=\(language)") }
        return .redirect(to: base + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&")))
    }

    /// - Parameters:
    ///   - kind: of the account that a page is about, where that is known.
    ///   - wishes: tags of languages, the dearest first.
    func edition(for kind: AccountKind? = nil, wishes: [String]) -> Edition {
        let looks = settings.looks()
        let words = looks.languages.best(for: wishes)
        let reader = Reader(language: words.language, kind: kind)
        return made.withLockedValue { made in
            if made.looks !== looks { made = (looks, [:]) }
            if let edition = made.editions[reader] { return edition }
            let edition = Edition(settings, words: words, kind: kind, library: looks.templates.library)
            made.editions[reader] = edition
            return edition
        }
    }
}
