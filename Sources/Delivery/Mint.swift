import PasswordReset

/// The second step: signs the links of a claimed request, with what its claim fixed. Notices go without one to reset.
struct MintedRequest: Sendable {
    let request: ClaimedRequest
    let link: Link?
    /// By which the reader says that it was not they.
    let notMeLink: Link

    /// Nil when the key that the row names left the ring between claim and minting; the next claim mints afresh.
    static func minting(_ request: ClaimedRequest, keys: LinkKeys, base: LinkBase) -> MintedRequest? {
        guard let id = request.keyID, let key = keys[id] else { return nil }
        let notMe = Link.mintingNotMe(key, request: request.lease.id, madeAt: request.madeAt, base: base)
        guard request.purpose == Purpose.resetLink.rawValue else {
            return MintedRequest(request: request, link: nil, notMeLink: notMe)
        }
        guard let expiresAt = request.expiresAt else { return nil }
        let link = Link.minting(key, request: request.lease.id, expiresAt: expiresAt, base: base)
        return MintedRequest(request: request, link: link, notMeLink: notMe)
    }
}
