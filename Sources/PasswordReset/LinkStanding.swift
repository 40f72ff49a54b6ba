/// How a link stands that somebody opened.
package enum LinkStanding: Sendable, Equatable {
    /// Not ours, tampered with, or made for another purpose. Nothing about it was looked up.
    case foreign
    /// Ours, and it can be redeemed now.
    case open(LinkOwner)
    /// - Parameter owner: nil where nothing was looked up, for a link that had expired by its own word, or nothing was found.
    case dead(LinkEnd, LinkOwner? = nil)
}

/// Whose link it is, as far as its page has to know for its language and brand: who holds a link is told no more.
package struct LinkOwner: Sendable, Equatable {
    package let kind: AccountKind
    /// The language that its mail was in, as the account or the request has it.
    package let locale: String?

    package init(kind: AccountKind, locale: String?) {
        self.kind = kind
        self.locale = locale
    }
}

/// What ended a link that was ours: the person is told which, in plain words.
package enum LinkEnd: String, Sendable, CaseIterable {
    case expired
    case used
    /// The account's password, address, login ID or right to sign in changed after the link was made.
    case changed
    /// It did so by another link of the account.
    case newerUsed = "newer_used"
    case cancelled
}

/// What came of a new password sent with a link.
package enum Redemption: Sendable, Equatable {
    case redeemed(LinkOwner)
    /// Every rule that the password breaks; the link stays as it was.
    case refused([PasswordViolation], LinkOwner)
    case foreign
    case dead(LinkEnd, LinkOwner? = nil)
}
