@testable import SMTP

/// What a relay says, where it says it, and what we make of it.
struct RelayReply: Sendable, CustomStringConvertible {
    let stage: Stage
    /// As on the wire, but with lines parted by LF.
    let text: String
    let verdict: Verdict

    init(_ stage: Stage, _ text: String, _ verdict: Verdict) {
        self.stage = stage
        self.text = text
        self.verdict = verdict
    }

    var description: String { "\(stage.rawValue): \(text)" }
}

/// Replies of two servers that people run themselves, from their documentation; long texts are cut, names are examples.
enum ServerReplies {
    // https://www.postfix.org/postconf.5.html (codes, smtpd_delay_reject, smtpd_reject_footer),
    // https://www.postfix.org/access.5.html, https://www.postfix.org/SASL_README.html,
    // https://www.postfix.org/TLS_README.html, https://www.postfix.org/POSTSCREEN_README.html,
    // https://github.com/schweikert/postgrey (--greylist-text)
    static let postfix = [
        RelayReply(.greeting, "421 4.3.2 All screening ports are busy", .ends(.relay)),
        RelayReply(.greeting, "421 4.7.0 mx.example.com Error: too many connections from 192.0.2.1", .ends(.relay)),
        RelayReply(
            .greeting, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
            .ends(.relay)),
        RelayReply(
            .hello, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", .ends(.relay)),
        RelayReply(.starttls, "454 4.7.0 TLS not available due to local problem", .ends(.relay)),
        RelayReply(.authentication, "454 4.7.0 Temporary authentication failure: generic failure", .ends(.relay)),
        RelayReply(.authentication, "450 4.7.1 Error: too many AUTH commands from 192.0.2.1", .ends(.relay)),
        RelayReply(.authentication, "535 5.7.8 Error: authentication failed: bad protocol", .ends(.ourselves)),
        RelayReply(.sender, "530 5.7.0 Must issue a STARTTLS command first", .ends(.ourselves)),
        RelayReply(
            .sender, "553 5.7.1 <r@example.org>: Sender address rejected: not owned by user app", .ends(.ourselves)),
        RelayReply(.sender, "450 4.7.1 Error: too much mail from 192.0.2.1", .ends(.relay)),
        RelayReply(.sender, "452 4.3.1 Insufficient system storage", .ends(.relay)),
        RelayReply(.sender, "552 5.3.4 Message size exceeds fixed limit", .refused),
        RelayReply(
            .recipient,
            "450 4.2.0 <p@b.example>: Recipient address rejected: Greylisted, "
                + "see http://postgrey.schweikert.ch/help/b.example.html", .deferred),
        RelayReply(
            .recipient, "450 4.2.0 <p@b.example>: Recipient address rejected: Greylisted for 300 seconds", .deferred),
        RelayReply(.recipient, "450 4.1.2 <p@b.example>: Recipient address rejected: Domain not found", .deferred),
        RelayReply(
            .recipient, "450 4.1.1 <p@b.example>: Recipient address rejected: unverified address: timed out",
            .deferred),
        // Of us, and yet answered to RCPT (smtpd_delay_reject): by the contract the mail's.
        RelayReply(.recipient, "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", .deferred),
        RelayReply(.recipient, "554 5.7.1 <h.example[192.0.2.1]>: Client host rejected: Access denied", .refused),
        // defer_unauth_destination: the relay's own domains still pass.
        RelayReply(.recipient, "454 4.7.1 <p@b.example>: Relay access denied", .deferred),
        RelayReply(.recipient, "451 4.3.0 <p@b.example>: Temporary lookup failure", .deferred),
        RelayReply(.recipient, "451 4.3.5 Server configuration error", .deferred),
        RelayReply(.recipient, "450 4.3.2 Service currently unavailable", .deferred),
        RelayReply(.recipient, "554 5.7.1 <p@b.example>: Relay access denied", .refused),
        RelayReply(
            .recipient,
            "550-5.1.1 <p@b.example>: Recipient address rejected: User unknown\n550 5.1.1 For help, see example.net",
            .refused),
        RelayReply(
            .recipient,
            "556 5.1.10 <p@b.example>: Recipient address rejected: Domain b.example does not accept mail (nullMX)",
            .refused),
        RelayReply(.recipient, "421 4.7.0 mx.example.com Error: too many errors", .ends(.relay)),
        RelayReply(.data, "554 5.5.1 Error: no valid recipients", .refused),
        RelayReply(.dot, "451 4.3.0 Queue file write error", .deferred),
        RelayReply(.dot, "451 4.7.1 Service unavailable - try again later", .deferred),
        RelayReply(.dot, "550 5.7.1 Command rejected", .refused),
        RelayReply(.dot, "552 5.3.4 Message file too big", .refused),
        RelayReply(.dot, "421 4.3.0 Mail system error", .ends(.relay)),
    ]

    // https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html,
    // https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html,
    // https://www.exim.org/exim-html-current/doc/html/spec_html/ch-smtp_authentication.html,
    // https://www.exim.org/exim-html-current/doc/html/spec_html/ch-the_default_configuration_file.html,
    // https://github.com/Exim/exim/blob/master/src/src/smtp_in.c (defaults that the specification only names).
    static let exim = [
        RelayReply(.greeting, "421 Too many concurrent SMTP connections; please try again later.", .ends(.relay)),
        RelayReply(.greeting, "554 SMTP service not available", .ends(.relay)),
        RelayReply(.greeting, "550 Administrative prohibition", .ends(.relay)),
        RelayReply(.hello, "501 Syntactically invalid EHLO argument(s)", .ends(.relay)),
        RelayReply(.starttls, "454 TLS currently unavailable", .ends(.relay)),
        RelayReply(.authentication, "435 Unable to authenticate at present", .ends(.relay)),
        RelayReply(.authentication, "535 Incorrect authentication data", .ends(.ourselves)),
        RelayReply(.authentication, "503 AUTH command used when not advertised", .ends(.ourselves)),
        RelayReply(.sender, "550 Administrative prohibition", .ends(.ourselves)),
        RelayReply(.sender, "501 <reset>: sender address must contain a domain", .ends(.ourselves)),
        RelayReply(.sender, "452 Space shortage, please try later", .ends(.relay)),
        RelayReply(.sender, "552 Message size exceeds maximum permitted", .refused),
        RelayReply(.recipient, "451 Temporary local problem - please try later", .deferred),
        RelayReply(.recipient, "451 greylisted - please try again later", .deferred),
        RelayReply(.recipient, "451 Could not complete sender verify callout", .deferred),
        RelayReply(.recipient, "452 too many recipients", .deferred),
        RelayReply(.recipient, "550 relay not permitted", .refused),
        RelayReply(.recipient, "550 Unrouteable address", .refused),
        // Of our sender, and yet answered to RCPT (the default ACL verifies there): by the contract the mail's.
        RelayReply(
            .recipient,
            "550-Verification failed for <r@example.org>\n550-Unrouteable address\n550 Sender verify failed",
            .refused),
        RelayReply(
            .recipient, "550-rejected because 192.0.2.1 is in a black list at list.example\n550 Listed", .refused),
        RelayReply(
            .data,
            "503-All RCPT commands were rejected with this error:\n503-relay not permitted\n"
                + "503 Valid RCPT command must precede DATA", .refused),
        RelayReply(.dot, "550 This message scored 12.3 spam points.", .refused),
        RelayReply(.dot, "552 Message size exceeds maximum permitted", .refused),
        RelayReply(.dot, "451 Temporary local problem - please try later", .deferred),
        RelayReply(.dot, "421 mx.example.com SMTP incoming data timeout - closing connection.", .ends(.relay)),
    ]
}
