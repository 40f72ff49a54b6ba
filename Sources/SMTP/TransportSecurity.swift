/// What `smtp.tls` asks of a connection that begins in the clear (`smtp://`); `smtps://` is encrypted whatever it says.
package enum TransportSecurity: String, Sendable, CaseIterable {
    /// STARTTLS, a certificate that verifies, or no session.
    case required

    /// STARTTLS where it is offered. Whoever sits in between can strip the offer and the session goes on in the clear:
    /// that is the bargain of this word. With a username it is as strict as `required`.
    case opportunistic

    /// Everything in the clear; refused together with a username.
    case off
}
