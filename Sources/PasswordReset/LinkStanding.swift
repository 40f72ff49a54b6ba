/// How a link stands that somebody opened.
package enum LinkStanding: Sendable, Equatable {
    /// Not ours, tampered with, or made for another purpose. Nothing about it was looked up.
    case foreign
    /// Ours, and it can be redeemed now.
    case open
    case dead(LinkEnd)
}

/// What ended a link that was ours: the person is told which, in plain words.
package enum LinkEnd: String, Sendable, CaseIterable {
    case expired
    case used
    /// The account's password, address, login ID or right to sign in changed after the link was made.
    case changed
    case cancelled
}

/// What came of a new password sent with a link.
package enum Redemption: Sendable, Equatable {
    case redeemed(AccountKind)
    /// Every rule that the password breaks; the link stays as it was.
    case refused([PasswordViolation])
    case foreign
    case dead(LinkEnd)
}
