internal import HTTPTypes

/// Whether a POST comes from our own pages or from no page at all (OWASP, Cross-Site Request Forgery Prevention).
///
/// `Sec-Fetch-Site` cannot be forged by a page, so it decides where it is sent. Older browsers send `Origin` at least;
/// programs send neither. The origin to compare with is that of `link.base`, never `Host`, which the client chooses.
struct CrossSite: Sendable {
    let origin: String

    func allows(_ headers: HTTPFields) -> Bool {
        if let site = headers[.secFetchSite] { return site == "same-origin" }
        guard let given = headers[.origin] else { return true }
        return given == origin
    }
}
