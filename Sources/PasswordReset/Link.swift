/// The URL in the mail: `link.base`, `/reset/`, a token. Only ``minting(_:request:expiresAt:base:)`` makes one.
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

    private init(url: String) {
        self.url = url
    }
}
