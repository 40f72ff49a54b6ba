import PasswordReset

/// Who does something to an account and from where, as the audit has it.
package struct Actor: Sendable {
    /// `owner`, `link`, `not_me`, `user:7` (an administrator), `command:root`.
    let name: String
    let clientAddress: String?

    private init(_ name: String, from clientAddress: String?) {
        self.name = name
        self.clientAddress = clientAddress
    }

    /// Somebody who knows the present secret, or tries to.
    package static func owner(from clientAddress: String?) -> Actor { Actor("owner", from: clientAddress) }

    /// Whoever holds the link of a mail.
    package static func link(from clientAddress: String?) -> Actor { Actor("link", from: clientAddress) }

    /// Whoever says of a mail that it was not they.
    package static func notMe(from clientAddress: String?) -> Actor { Actor("not_me", from: clientAddress) }

    /// A global administrator in the console.
    package static func administrator(_ account: AccountID, from clientAddress: String?) -> Actor {
        Actor("\(account.kind.rawValue):\(account.id)", from: clientAddress)
    }

    /// A command on a host of ours, by the name of its user there.
    package static func command(user: String) -> Actor { Actor("command:\(user)", from: nil) }

    /// Whether it is the account's own: a password that its owner chose ends the duty to change it.
    var isOwner: Bool { name == "owner" || name == "link" }
}
