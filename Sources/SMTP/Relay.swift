/// Where the site's relay is, and how to talk to it.
package struct Relay: Sendable {
    package let url: RelayURL
    package let username: String?
    package let password: String?
    package let security: TransportSecurity

    /// A PEM bundle that replaces the system's authorities; nil for the system's.
    package let caFile: String?

    /// What EHLO says; nil for the host's name.
    package let heloName: String?

    /// Bounds establishing a session as a whole (TCP to AUTH), and after that each reply by itself.
    package let timeout: Duration

    /// Bounds the answer to the final dot. RFC 5321, 4.5.3.2.6 asks for ten minutes: cutting it short makes duplicates.
    package let dotTimeout: Duration

    package init(
        url: RelayURL, username: String?, password: String?, security: TransportSecurity, caFile: String?,
        heloName: String?, timeout: Duration, dotTimeout: Duration
    ) {
        self.url = url
        self.username = username
        self.password = password
        self.security = security
        self.caFile = caFile
        self.heloName = heloName
        self.timeout = timeout
        self.dotTimeout = dotTimeout
    }

    /// Whether the session must not come about in the clear: asked for, or credentials would travel over it.
    var insistsOnTLS: Bool {
        url.scheme == .smtps || security == .required || username != nil
    }

    /// Whether the certificate must be good. Without credentials, `opportunistic` takes any: it would take none as well.
    var verifiesCertificate: Bool {
        security == .required || username != nil
    }
}

/// It holds a password, and whoever prints a value by mistake must not print that.
extension Relay: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "the relay \(url.host):\(url.port)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
