/// What a reply means at the stage where it came.
enum Verdict: Equatable {
    /// What the stage hoped for.
    case proceed

    /// No, for good, and the mail is to blame; the session goes on.
    case refused

    /// Not now, and the mail is to blame; the session goes on.
    case deferred

    /// The session is over, and every mail on it is spared.
    case ends(Blame)

    /// No answer to what was asked: replies and commands no longer match, and nothing more can be believed.
    case outOfStep
}

/// The one table of blame (design.md, "Relay"): 552 and x.3.4 anywhere in a transaction, and 5xx to RCPT, DATA or the
/// dot, are the mail's; other refusals are the relay's or ours. Its tests hold what relays are documented to say.
///
/// Stage and code decide. Beyond x.3.4 the enhanced status does not, though RFC 3463 gives x.3 to the system and x.7 to
/// policy: relays use them loosely, and the wrong blame costs more than the right one gains.
/// - 4xx to RCPT, DATA or the dot stays the mail's, also 4.3.x: Exchange says 4.3.2 of one busy mailbox, Postfix 4.3.0
///   of one recipient's lookup. As the relay's it would end the session, and the same mail would soon be the next to
///   probe: one such recipient could hold up all others. As the mail's it waits by itself; and relays that are really
///   full (Postfix, Exim, Exchange) say so to MAIL, which spares every mail.
/// - 454 there too, though RFC 3207 and RFC 4954 know it for TLS and AUTH only. Postfix says it to RCPT of domains that
///   it will not relay to, while its own pass. SES says it of a whole account that sends too fast, and asks for longer
///   and longer waits: what each mail does by itself, with jitter, while others go at the pace that is allowed.
/// - 5xx to RCPT, DATA or the dot is the mail's even where the text names us: a client or HELO name that Postfix
///   rejects (delayed to RCPT), a sender that Exim verifies there, or that SES and Exchange refuse after the content.
///   Only the text could tell, and each site writes its own. The reply is kept with the request, for the operator.
func verdict(code: Int, enhanced: EnhancedStatus?, at stage: Stage) -> Verdict {
    let isTooBig = code == 552 || (enhanced?.saysTooBig ?? false)
    return switch (stage, code) {
    // RFC 5321, 3.8: 421 closes the channel, whatever was asked.
    case (_, 421): .ends(.relay)

    // RFC 5321, 4.3.2, and RFC 4954, 4 for AUTH: what each command hopes for.
    case (.greeting, 220), (.starttls, 220), (.authentication, 235), (.data, 354): .proceed
    case (.hello, 250), (.sender, 250), (.dot, 250), (.reset, 250): .proceed
    // 251 and 252 take the recipient too, by forwarding or unseen.
    case (.recipient, 250...252): .proceed
    case (_, 200..<400): .outOfStep

    case (.sender, 500...) where isTooBig: .refused
    case (.sender, 400...) where isTooBig: .deferred
    case (.recipient, 500...), (.data, 500...), (.dot, 500...): .refused
    case (.recipient, 400...), (.data, 400...), (.dot, 400...): .deferred

    // A sender or credentials that the relay will not have are for our operator to mend.
    case (.sender, 500...), (.authentication, 500...): .ends(.ourselves)
    default: .ends(.relay)
    }
}
