internal import HTTPTypes
internal import Mustache
internal import NIOConcurrencyHelpers
internal import PasswordReset
internal import Presentation

/// The pages that browsers get: an ``Edition`` of them for each language and brand that somebody wanted so far.
final class Pages: Sendable {
    private static let sources: [(name: String, bytes: [UInt8])] = [
        ("page", PackageResources.page_mustache), ("brand", PackageResources.brand_mustache),
        ("rules", PackageResources.rules_mustache), ("forgot", PackageResources.forgot_mustache),
        ("reset", PackageResources.reset_mustache), ("message", PackageResources.message_mustache),
        ("change", PackageResources.change_mustache), ("not_me", PackageResources.not_me_mustache),
    ]

    /// Which edition: there are three for each language at most.
    private struct Reader: Hashable {
        let language: String
        let kind: AccountKind?
    }

    /// What precedes every path: the path of `link.base`, often empty.
    let base: String
    private let settings: WebSettings
    private let library: MustacheLibrary
    /// Of the languages that are in force: SIGHUP may bring others.
    private let made: NIOLockedValueBox<(languages: Languages, editions: [Reader: Edition])>

    /// - Throws: when a template is broken, which the tests would have seen.
    init(_ settings: WebSettings) throws {
        self.settings = settings
        base = settings.linkBase.path
        HTMLText.register()
        var library = MustacheLibrary()
        for (name, bytes) in Self.sources {
            try library.register(String(decoding: bytes, as: UTF8.self), named: name)
        }
        self.library = library
        made = NIOLockedValueBox((settings.languages(), [:]))
    }

    /// - Parameters:
    ///   - kind: of the account that a page is about, where that is known.
    ///   - wishes: tags of languages, the dearest first.
    func edition(for kind: AccountKind? = nil, wishes: [String]) -> Edition {
        let languages = settings.languages()
        let words = languages.best(for: wishes)
        let reader = Reader(language: words.language, kind: kind)
        return made.withLockedValue { made in
            if made.languages !== languages { made = (languages, [:]) }
            if let edition = made.editions[reader] { return edition }
            let edition = Edition(settings, words: words, kind: kind, library: library)
            made.editions[reader] = edition
            return edition
        }
    }
}
