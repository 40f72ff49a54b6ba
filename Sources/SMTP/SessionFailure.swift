/// How far a session had come.
package enum Stage: String, Sendable, CaseIterable {
    case connect, tls, greeting, hello, starttls, authentication
    /// MAIL, RCPT, DATA and the final dot.
    case sender, recipient, data, dot
    case reset

    /// Before the first mail.
    package var isEstablishing: Bool {
        switch self {
        case .connect, .tls, .greeting, .hello, .starttls, .authentication: true
        case .sender, .recipient, .data, .dot, .reset: false
        }
    }
}

/// Why a session is dead, in words for an operator; says nothing of passwords, addresses or contents.
package struct SessionFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let stage: Stage

    /// ``Blame/relay`` or ``Blame/ourselves``, never the recipient.
    package let blame: Blame

    /// The relay's last words, where it had any.
    package let reply: Reply?

    /// One sentence.
    package let detail: String

    package init(stage: Stage, blame: Blame, reply: Reply? = nil, detail: String) {
        self.stage = stage
        self.blame = blame
        self.reply = reply
        self.detail = detail
    }

    package var description: String {
        let words = reply.map { " (\($0.text))" } ?? ""
        return "\(stage.rawValue): \(detail)\(words)"
    }
}
