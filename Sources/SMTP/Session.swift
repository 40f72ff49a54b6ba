/// One connection to the relay, from EHLO to QUIT, for as many mails as its limits allow.
///
/// It runs on a queue of its own and blocks there. A session lives once: when it is dead or spent, make another.
package actor Session {
    private let relay: Relay
    private let limits: SessionLimits
    private let showsCertificate: Bool
    private let executor = QueueExecutor(label: "resetd.smtp.session")

    /// When the relay's certificate ends, in Unix seconds: of a session that was to show it, and is encrypted.
    package private(set) var certificateExpiry: Int64?

    /// Nil before ``connect()`` and after the end.
    private var conversation: Conversation?
    private var mails = 0
    private var connectedAt = ContinuousClock.now
    private var usedAt = ContinuousClock.now

    package init(
        relay: Relay, limits: SessionLimits = .init(mails: 500, age: .seconds(300), idle: .seconds(30)),
        showsCertificate: Bool = false
    ) {
        self.relay = relay
        self.showsCertificate = showsCertificate
        self.limits = limits
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// TCP, TLS, certificate, EHLO and AUTH, within ``Relay/timeout`` in all.
    ///
    /// AUTH in the clear does not happen, and a session with a username that did not authenticate does not come about.
    package func connect() throws(SessionFailure) {
        guard relay.username == nil || relay.security != .off || relay.url.scheme == .smtps else {
            throw SessionFailure(
                stage: .authentication, blame: .ourselves, detail: "Credentials are not sent in the clear.")
        }
        let handshake = Handshake(
            mayStartTLS: relay.url.scheme == .smtp && relay.security != .off,
            willAuthenticate: relay.username != nil)
        var connection = try Connection()
        try connection.establish(
            ConnectionSetup(relay: relay, showsCertificate: showsCertificate), handshake: handshake)
        certificateExpiry = connection.certificateExpiry
        if let failure = shortfall(of: handshake) { throw failure }
        conversation = Conversation(connection, capabilities: handshake.capabilities, timeout: relay.timeout)
        mails = 0
        connectedAt = .now
        usedAt = connectedAt
    }

    /// Sends what `next` hands out, until it answers nil or the session has done its count.
    ///
    /// Where the relay pipelines, the next mail's envelope travels with the dot of the one before: one round trip a mail.
    /// - Parameters:
    ///   - mayProceed: asked once more before a content goes out: a daemon that was stopped for long may have lost the
    ///     mail to another meanwhile. When it says no the session ends, and without its content the mail is no mail.
    ///   - next: asked on the session's thread whenever a mail can be put on the wire.
    ///   - report: told each outcome once, as soon as its reply is read.
    /// - Throws: when the session is dead. Every pulled mail has been reported by then: `deferred` if its dot was not
    ///   written, `unknown` if it was and no answer came.
    package func deliver<Item: Sendable>(
        mayProceed: @Sendable () -> Bool = { true },
        next: @Sendable () -> (Item, Mail)?, report: @Sendable (Item, Outcome) -> Void
    ) throws(SessionFailure) {
        guard !isSpent || conversation == nil else { return }
        guard var conversation = conversation.take() else {
            throw SessionFailure(stage: .connect, blame: .ourselves, detail: "The session is not connected.")
        }
        defer { usedAt = .now }
        let capabilities = conversation.capabilities
        func pull() -> (Item, Mail)? {
            while !isDone, let pulled = next() {
                guard let reply = capabilities.refusal(of: pulled.1) else {
                    mails += 1
                    return pulled
                }
                report(pulled.0, .refused(reply))
            }
            return nil
        }

        var isAnnounced = false
        var current = pull()
        while let (item, mail) = current {
            if case .shut(let outcome, let failure) = conversation.open(mail, isAnnounced: isAnnounced) {
                report(item, outcome)
                if let failure { throw failure }
                isAnnounced = false
                current = pull()
                continue
            }
            guard mayProceed() else {
                report(item, .deferred(.ourselves, nil))
                throw SessionFailure(
                    stage: .data, blame: .ourselves, detail: "The mail is held back: it may be another daemon's by now."
                )
            }
            let following = capabilities.pipelining ? pull() : nil
            let (outcome, failure) = conversation.conclude(mail, announcing: following?.1, within: relay.dotTimeout)
            report(item, outcome)
            if let failure {
                if let (item, _) = following { report(item, .deferred(failure.blame, failure.reply)) }
                throw failure
            }
            isAnnounced = following != nil
            current = following ?? pull()
        }
        self.conversation = consume conversation
    }

    /// Whether the session is of no more use: not connected, dead, over its count, age or idle limit, or its idle socket
    /// holds unread bytes (a 421) or is closed.
    package var isSpent: Bool {
        guard conversation != nil, !isDone, usedAt.duration(to: .now) < limits.idle else { return true }
        return conversation?.hasUnread() ?? true
    }

    /// Asks for `sender` and takes it back, to see whether the relay would have it.
    package func probe(sender: Mailbox) throws(SessionFailure) {
        guard var conversation = conversation.take() else {
            throw SessionFailure(stage: .connect, blame: .ourselves, detail: "The session is not connected.")
        }
        try conversation.probe(sender)
        self.conversation = consume conversation
        usedAt = .now
    }

    /// QUIT, half a second at most for its answer, and the end.
    package func quit() {
        conversation.take()?.quit()
    }

    private var isDone: Bool {
        mails >= limits.mails || connectedAt.duration(to: .now) >= limits.age
    }

    /// What libcurl lets pass and we do not.
    private func shortfall(of handshake: Handshake) -> SessionFailure? {
        if handshake.isGarbled {
            return SessionFailure(stage: .hello, blame: .relay, detail: "The relay's greeting is no SMTP.")
        }
        if relay.url.scheme == .smtp, relay.insistsOnTLS, !handshake.hasStartedTLS {
            return SessionFailure(stage: .starttls, blame: .ourselves, detail: "The session is not encrypted.")
        }
        if relay.username != nil, !handshake.hasAuthenticated {
            return SessionFailure(
                stage: .authentication, blame: .ourselves, reply: handshake.refusal,
                detail: "There is a user name for the relay, and it does not offer AUTH.")
        }
        return nil
    }
}
