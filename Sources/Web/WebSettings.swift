package import PasswordReset
package import Presentation

/// Everything that the pages and the JSON interface are told: settings that were read and checked, nothing to parse.
package struct WebSettings: Sendable {
    /// `link.base`: where its pages are, for whoever reads a mail; no header of a request changes that.
    package var linkBase: LinkBase
    /// `web.listen`.
    package var listen: ListenAddress
    /// `web.trustedProxies`.
    package var trustedProxies: TrustedProxies
    /// `web.maxConnections`: open at once; at the cap, the client that has been waited for longest makes room.
    package var maxConnections: Int
    /// `limits.perClientMinute` and `limits.totalMinute`, asked for at each request; 0 is no limit.
    package var limits: @Sendable () -> (perClient: Int, total: Int)
    /// In code points; told to people before they type. The rule itself is checked where the password is stored.
    package var minimumPasswordLength: Int
    /// `brand.*`: whose pages they are.
    package var brands: Brands
    /// Words and templates; asked for at each request, since SIGHUP may bring others.
    package var looks: @Sendable () -> Looks
    /// `web.signInURL.*`: where people sign in with their new password.
    package var signInURLs: [AccountKind: String]
    /// Not in the settings' table: tests make them short.
    package var timeLimits: TimeLimits

    /// Settings with the defaults of the table for whatever is not given.
    package init(
        linkBase: LinkBase, listen: ListenAddress = .tcp(host: "127.0.0.1", port: 8080),
        trustedProxies: TrustedProxies = .none, maxConnections: Int = 4096,
        limits: @escaping @Sendable () -> (perClient: Int, total: Int) = { (30, 0) }, minimumPasswordLength: Int = 12,
        brands: Brands = Brands(), looks: Looks, signInURLs: [AccountKind: String] = [:],
        timeLimits: TimeLimits = .init()
    ) {
        self.linkBase = linkBase
        self.listen = listen
        self.trustedProxies = trustedProxies
        self.maxConnections = maxConnections
        self.limits = limits
        self.minimumPasswordLength = minimumPasswordLength
        self.brands = brands
        self.looks = { looks }
        self.signInURLs = signInURLs
        self.timeLimits = timeLimits
    }
}
