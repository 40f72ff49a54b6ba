/// One mail: MAIL, RCPT, DATA, the content and its dot.
extension Conversation {
    /// Where a mail stands after its envelope.
    enum Gate {
        /// DATA was answered 354: the content must follow.
        case open
        /// The mail is settled; with a failure, so is the session.
        case shut(Outcome, SessionFailure?)
    }

    /// Puts a mail's envelope into `output`, as one group if the relay pipelines (RFC 2920, 3.1: DATA is the last of a
    /// group, and the group may follow the dot of the mail before).
    mutating func stageEnvelope(_ mail: Mail) {
        if isResetDue { append("RSET\r\n") }
        stageSender(mail)
        stageRecipient(mail)
        append("DATA\r\n")
    }

    /// Sends the envelope and reads its answers.
    ///
    /// - Parameter isAnnounced: it went out together with the dot of the mail before.
    mutating func open(_ mail: Mail, isAnnounced: Bool) -> Gate {
        do throws(SessionFailure) {
            guard capabilities.pipelining else { return try openStepwise(mail) }
            if !isAnnounced {
                stageEnvelope(mail)
                try flush(at: .sender)
            }
            try finishReset()
            let sender = try answer(at: .sender)
            if case .proceed = sender { isResetDue = true }
            return openPipelined(sender)
        } catch {
            return .shut(Outcome(error), error)
        }
    }

    /// Writes content and dot, and with them the next envelope if there is one, then reads the answer to the dot.
    ///
    /// - Returns: the mail's outcome, and why the session is dead if it is.
    mutating func conclude(_ mail: Mail, announcing next: Mail?, within limit: Duration) -> (Outcome, SessionFailure?) {
        stageContent(mail)
        let end = output.count
        isResetDue = false
        if let next { stageEnvelope(next) }
        do throws(SessionFailure) {
            try flush(at: .dot)
        } catch {
            if written >= end { return (.unknown, error) }
            if written > 0, let outcome = lastWords() { return (outcome, error) }
            return (Outcome(error), error)
        }
        do throws(SessionFailure) {
            switch try answer(at: .dot, within: limit) {
            case .proceed(let reply): return (reply.map { .accepted($0) } ?? .unknown, nil)
            case .refusal(let outcome): return (outcome, nil)
            }
        } catch {
            // 421 is an answer to the dot: not taken. Silence, a cut or nonsense is none.
            let isRefusal = error.reply?.code == 421
            return (isRefusal ? Outcome(error) : .unknown, error)
        }
    }

    /// MAIL and RSET, without a mail: whether the relay would have this sender.
    mutating func probe(_ sender: Mailbox) throws(SessionFailure) {
        try resetIfDue()
        append("MAIL FROM:<\(sender.wire)>\(sender.needsSMTPUTF8 && capabilities.smtpUTF8 ? " SMTPUTF8" : "")\r\n")
        try flush(at: .sender)
        if case .refusal(let outcome) = try answer(at: .sender) {
            throw SessionFailure(
                stage: .sender, blame: .ourselves, reply: outcome.reply, detail: "The relay refuses our sender.")
        }
        isResetDue = true
        try resetIfDue()
    }

    /// RCPT's and DATA's answers, once MAIL's is known. What the first of them to refuse says is the mail's outcome,
    /// also when the session breaks right after it.
    private mutating func openPipelined(_ sender: Answer) -> Gate {
        var outcome: Outcome?
        if case .refusal(let refused) = sender { outcome = refused }
        do throws(SessionFailure) {
            if case .refusal(let refused) = try answer(at: .recipient) { outcome = outcome ?? refused }
            switch (try answer(at: .data), outcome) {
            case (.proceed, nil): return .open
            case (.refusal(let refused), _): return .shut(outcome ?? refused, nil)
            case (.proceed, let outcome?):
                // RFC 2920, 3.1: DATA that was answered 354 without a recipient is to be answered by a lone dot.
                append(".\r\n")
                try flush(at: .dot)
                _ = try answer(at: .dot)
                isResetDue = true
                return .shut(outcome, nil)
            }
        } catch {
            return .shut(outcome ?? Outcome(error), error)
        }
    }

    private mutating func openStepwise(_ mail: Mail) throws(SessionFailure) -> Gate {
        try resetIfDue()
        stageSender(mail)
        try flush(at: .sender)
        if case .refusal(let outcome) = try answer(at: .sender) { return .shut(outcome, nil) }
        isResetDue = true
        stageRecipient(mail)
        try flush(at: .recipient)
        if case .refusal(let outcome) = try answer(at: .recipient) { return .shut(outcome, nil) }
        append("DATA\r\n")
        try flush(at: .data)
        if case .refusal(let outcome) = try answer(at: .data) { return .shut(outcome, nil) }
        return .open
    }

    private mutating func resetIfDue() throws(SessionFailure) {
        guard isResetDue else { return }
        append("RSET\r\n")
        try flush(at: .reset)
        try finishReset()
    }

    private mutating func finishReset() throws(SessionFailure) {
        guard isResetDue else { return }
        _ = try answer(at: .reset)
        isResetDue = false
    }
}
