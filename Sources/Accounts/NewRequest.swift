import Glibc
package import PasswordReset

/// A request as the web or a command queues it.
package struct NewRequest: Sendable {
    let email: String
    let kind: AccountKind?
    let locale: String?
    let clientAddress: String?
    let accountID: String?
    let requestedBy: String

    /// - Parameters:
    ///   - clientAddress: what `inet` reads; anything else (a Unix socket's name, a zone) is left out, since one row that
    ///     PostgreSQL cannot read would take its whole batch with it.
    ///   - accountID: for rows that come with their account.
    package init(
        email: String, kind: AccountKind?, locale: String?, clientAddress: String?, accountID: String? = nil,
        requestedBy: String = "web"
    ) {
        self.email = Self.storable(email)
        self.kind = kind
        self.locale = locale.map(Self.storable)
        self.clientAddress = clientAddress.map(Self.storable).flatMap(Self.inet)
        self.accountID = accountID
        self.requestedBy = requestedBy
    }

    /// PostgreSQL has no NUL in a text: such a row would take its batch with it as well.
    private static func storable(_ text: String) -> String {
        text.replacing("\0", with: "\u{FFFD}")
    }

    private static func inet(_ text: String) -> String? {
        var four = in_addr()
        var six = in6_addr()
        return unsafe inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1 ? text : nil
    }
}
