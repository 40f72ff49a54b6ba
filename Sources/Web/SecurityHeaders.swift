internal import HTTPTypes

/// What every response says, errors too (security.md, R20).
struct SecurityHeaders: Sendable {
    private let fields: HTTPFields

    /// - Parameters:
    ///   - isSecure: whether people come by https, so that browsers may insist on it from now on.
    ///   - showsPictures: whether pages have one of ours.
    init(isSecure: Bool, showsPictures: Bool) {
        var fields: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; script-src 'self'; \(showsPictures ? "img-src 'self'; " : "")"
                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            .xContentTypeOptions: "nosniff",
            // The token is in the path: it must not travel to whatever a page links to.
            .referrerPolicy: "no-referrer",
            .cacheControl: "no-store",
        ]
        // Without subdomains: they are not ours to promise for.
        if isSecure { fields[.strictTransportSecurity] = "max-age=31536000" }
        self.fields = fields
    }

    func add(to headers: inout HTTPFields) {
        for field in fields { headers[field.name] = field.value }
    }
}
