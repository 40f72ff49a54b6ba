/// Who has to change something before a deferred mail can go.
package enum Blame: String, Sendable {
    /// The mail's own recipient or content: it costs the mail one of its attempts.
    case recipient

    /// The relay, or the way to it: no mail is to blame.
    case relay

    /// Our settings: name, sender, credentials, certificates.
    case ourselves
}

/// What became of one mail.
package enum Outcome: Sendable, Equatable {
    /// The relay took it over (2xx to the final dot).
    case accepted(Reply)

    /// Refused for good, and the mail is to blame.
    case refused(Reply)

    /// Not now. Without a reply the session broke before the final dot was written: the relay cannot have it.
    case deferred(Blame, Reply?)

    /// The session broke under this mail, once the relay had its sender: it cannot have the mail, and by what it fell nobody
    /// can tell. A relay that restarts does so; so does a content filter that dies of one mail.
    case interrupted(Blame, Reply?)

    /// The final dot was written and no answer came: the relay may have it or not.
    case unknown
}

extension Outcome {
    /// Of a mail whose session has failed before the end of its content was out.
    init(_ failure: SessionFailure) {
        switch failure.stage {
        case .recipient, .data, .dot: self = .interrupted(failure.blame, failure.reply)
        default: self = .deferred(failure.blame, failure.reply)
        }
    }

    /// The relay's words, where there were any.
    package var reply: Reply? {
        switch self {
        case .accepted(let reply), .refused(let reply): reply
        case .deferred(_, let reply), .interrupted(_, let reply): reply
        case .unknown: nil
        }
    }
}
