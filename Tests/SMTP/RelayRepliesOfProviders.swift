@testable import SMTP

/// Replies of services that people send through, from their documentation; long texts are cut, names are examples.
enum ProviderReplies {
    // https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online,
    // https://learn.microsoft.com/previous-versions/office/exchange-server-api/aa563688(v=exchg.150) (SmtpResponse),
    // https://learn.microsoft.com/exchange/mail-flow/back-pressure,
    // https://smtpfieldmanual.com/spamfilter/exchangeonline
    static let exchange = [
        RelayReply(
            .greeting, "421 4.3.2 The maximum number of concurrent connections has exceeded a limit", .ends(.relay)),
        RelayReply(.greeting, "421 Service not available, closing transmission channel", .ends(.relay)),
        RelayReply(.hello, "501 5.5.4 Invalid domain name", .ends(.relay)),
        RelayReply(.authentication, "535 5.7.3 Authentication unsuccessful", .ends(.ourselves)),
        RelayReply(
            .authentication,
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            .ends(.ourselves)),
        RelayReply(
            .sender, "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
            .ends(.ourselves)),
        RelayReply(
            .sender, "550 5.7.1 Client does not have permission to send as this sender", .ends(.ourselves)),
        RelayReply(.sender, "451 5.7.3 STARTTLS is required to send mail", .ends(.relay)),
        // Back pressure stops MAIL.
        RelayReply(.sender, "452 4.3.1 Insufficient system resources", .ends(.relay)),
        RelayReply(.sender, "421 4.4.1 Connection timed out", .ends(.relay)),
        RelayReply(.sender, "552 5.3.4 Message size exceeds fixed maximum message size", .refused),
        RelayReply(
            .recipient, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            .refused),
        RelayReply(.recipient, "550 5.4.1 Recipient address rejected: Access denied", .refused),
        RelayReply(.recipient, "550 5.7.1 Unable to relay", .refused),
        RelayReply(.recipient, "550 5.7.708 Access denied, traffic not accepted from this IP", .refused),
        RelayReply(
            .recipient, "451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)", .deferred),
        RelayReply(.recipient, "451 4.4.4 Mail received as unauthenticated", .deferred),
        RelayReply(.recipient, "452 4.5.3 Too many recipients", .deferred),
        RelayReply(.data, "451 4.3.2 System not accepting network messages", .deferred),
        // 4.3.2 of one mailbox: the others pass.
        RelayReply(.dot, "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", .deferred),
        RelayReply(.dot, "451 4.7.0 Temporary server error. Please try again later. PRX4", .deferred),
        RelayReply(
            .dot, "450 4.7.26 Service does not accept messages sent over IPv6 unless they pass SPF or DKIM", .deferred),
        RelayReply(.dot, "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceeded", .refused),
        RelayReply(.dot, "554 5.4.14 Hop count exceeded - possible mail loop", .refused),
        // Of our sender, and yet answered to the content: by the contract the mail's.
        RelayReply(.dot, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", .refused),
        RelayReply(.dot, "421 4.3.2 System not accepting network messages", .ends(.relay)),
    ]

    // https://support.google.com/a/answer/3726730
    static let gmail = [
        RelayReply(.greeting, "421 4.4.5 Server busy, try again later.", .ends(.relay)),
        RelayReply(.hello, "421-4.7.0 Try again later, closing connection.\n421 4.7.0 - gsmtp", .ends(.relay)),
        RelayReply(.starttls, "454 4.5.0 SMTP protocol violation, no commands allowed to pipeline", .ends(.relay)),
        RelayReply(
            .authentication, "454 4.7.0 Cannot authenticate due to temporary system problem. Try again later.",
            .ends(.relay)),
        RelayReply(.authentication, "454 4.7.0 Too many login attempts, please try again later.", .ends(.relay)),
        RelayReply(
            .authentication, "535-5.7.8 Username and Password not accepted.\n535 5.7.8 - gsmtp", .ends(.ourselves)),
        RelayReply(.authentication, "534 5.7.9 Application-specific password required.", .ends(.ourselves)),
        RelayReply(.sender, "530 5.5.1 Authentication Required.", .ends(.ourselves)),
        RelayReply(.sender, "530 5.7.0 Must issue a STARTTLS command first.", .ends(.ourselves)),
        RelayReply(.sender, "550 5.7.1 Invalid credentials for relay [192.0.2.1].", .ends(.ourselves)),
        RelayReply(.sender, "451 4.5.0 SMTP protocol violation, see RFC 2821.", .ends(.relay)),
        RelayReply(.sender, "552 5.3.4 Your message exceeded Google's message size limits.", .refused),
        RelayReply(
            .recipient, "450 4.2.1 The user you are trying to contact is receiving mail too quickly.", .deferred),
        RelayReply(.recipient, "450 4.2.1 Peak SMTP relay limit exceeded for customer.", .deferred),
        RelayReply(.recipient, "452 4.2.2 The email account that you tried to reach is over quota.", .deferred),
        RelayReply(.recipient, "452 4.5.3 Your message has too many recipients.", .deferred),
        RelayReply(
            .recipient, "550-5.1.1 The email account that you tried to reach does not exist.\n550 5.1.1 - gsmtp",
            .refused),
        RelayReply(.recipient, "550 5.2.1 The email account that you tried to reach is disabled.", .refused),
        RelayReply(.recipient, "552 5.2.2 The email account that you tried to reach is over quota.", .refused),
        RelayReply(.recipient, "421 4.7.0 TLS required for RCPT domain, closing connection.", .ends(.relay)),
        RelayReply(.dot, "421-4.7.28 Gmail has detected an unusual rate\n421 4.7.28 of mail.", .ends(.relay)),
        RelayReply(.dot, "451 4.3.0 Mail server temporarily rejected message.", .deferred),
        RelayReply(.dot, "451 4.4.2 Timeout - closing connection.", .deferred),
        RelayReply(.dot, "550 5.7.1 The content of this message presented a potential security issue.", .refused),
        RelayReply(.dot, "550-5.7.26 This mail is unauthenticated.\n550 5.7.26 - gsmtp", .refused),
        RelayReply(.dot, "552 5.3.4 The size of the header fields exceeds the limit.", .refused),
        // Of our account, and yet 5xx to the content: by the contract the mail's.
        RelayReply(.dot, "550 5.4.5 Daily user sending limit exceeded.", .refused),
    ]

    // https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html (SMTP response codes),
    // https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html,
    // https://aws.amazon.com/blogs/ses/how-to-handle-a-throttling-maximum-sending-rate-exceeded-error (where it comes),
    // https://repost.aws/knowledge-center/ses-554-400-message-rejected-error,
    // https://repost.aws/knowledge-center/ses-501-errors-smtp-endpoint
    static let ses = [
        RelayReply(.greeting, "421 Too many concurrent SMTP connections", .ends(.relay)),
        RelayReply(.authentication, "530 Must issue a STARTTLS command first", .ends(.ourselves)),
        RelayReply(.authentication, "535 Authentication Credentials Invalid", .ends(.ourselves)),
        RelayReply(.authentication, "535 Account not subscribed to SES", .ends(.ourselves)),
        RelayReply(.authentication, "454 Temporary authentication failure", .ends(.relay)),
        RelayReply(.sender, "530 Authentication required", .ends(.ourselves)),
        RelayReply(.sender, "501 Invalid MAIL FROM address provided", .ends(.ourselves)),
        RelayReply(.sender, "451 Temporary service failure", .ends(.relay)),
        RelayReply(.recipient, "501 Invalid RCPT TO address provided", .refused),
        RelayReply(.data, "454 Throttling failure: Maximum sending rate exceeded", .deferred),
        RelayReply(.dot, "454 Throttling failure: Maximum sending rate exceeded", .deferred),
        RelayReply(.dot, "454 Throttling failure: Daily message quota exceeded", .deferred),
        RelayReply(.dot, "451 Temporary service failure", .deferred),
        // The other 454, and not of the account: this one request did not arrive whole.
        RelayReply(.dot, "454 Temporary service failure", .deferred),
        RelayReply(.dot, "451 Timeout waiting for data from client", .deferred),
        RelayReply(.dot, "552 Message is too long.", .refused),
        RelayReply(.dot, "554 Transaction failed: Missing final '@domain'", .refused),
        // Of our account, and yet 5xx to the content: by the contract the mail's.
        RelayReply(
            .dot, "554 Message rejected: Email address is not verified. The following identities failed: r@example.org",
            .refused),
        RelayReply(.dot, "554 Access denied: User is not authorized to perform `ses:SendRawEmail'", .refused),
    ]
}
