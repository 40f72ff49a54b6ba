/// A URL in a mail: `link.base`, `/reset/` or `/not-me/`, a token. Only minting makes one.
package struct Link: Sendable {
    package let url: String

    /// Signs a link to a request that the database has claimed: the base comes from the settings alone, whatever a
    /// request's headers say, and the expiry from the database's clock.
    package static func minting(
        _ key: LinkKeys.Entry, request: Int64, expiresAt: Int64, base: LinkBase
    ) -> Link {
        let token = Token(keyID: key.id, requestID: request, expiresAt: expiresAt).signed(by: key, for: .reset)
        return Link(url: "\(base.text)/reset/\(token)")
    }

    /// How long a reader may say of a mail that it was not they: seven days, in seconds.
    package static let notMeLifetime: Int64 = 7 * 86_400

    /// Signs the link by which the reader of a mail, made at `madeAt`, says that it was not they.
    package static func mintingNotMe(_ key: LinkKeys.Entry, request: Int64, madeAt: Int64, base: LinkBase) -> Link {
        let token = Token(keyID: key.id, requestID: request, expiresAt: madeAt + notMeLifetime)
        return Link(url: "\(base.text)/not-me/\(token.signed(by: key, for: .notMe))")
    }

    private init(url: String) {
        self.url = url
    }
}
