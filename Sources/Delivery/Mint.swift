import PasswordReset

/// The second step: signs the link of a claimed request, with what its claim fixed. Notices go without one.
struct MintedRequest: Sendable {
    let request: ClaimedRequest
    let link: Link?

    /// Nil when the key that the row names left the ring between claim and minting; the next claim mints afresh.
    static func minting(_ request: ClaimedRequest, keys: LinkKeys, base: LinkBase) -> MintedRequest? {
        guard request.purpose == Purpose.resetLink.rawValue else { return MintedRequest(request: request, link: nil) }
        guard let id = request.keyID, let key = keys[id], let expiresAt = request.expiresAt else { return nil }
        let link = Link.minting(key, request: request.lease.id, expiresAt: expiresAt, base: base)
        return MintedRequest(request: request, link: link)
    }
}
