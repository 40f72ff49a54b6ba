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
