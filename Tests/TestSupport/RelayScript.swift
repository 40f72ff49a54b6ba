/// What a ``ScriptedRelay`` offers, and how it answers at each stage.
package struct RelayScript: Sendable {
    /// Where a session stands when the script is asked.
    package enum Stage: String, Sendable, CaseIterable {
        case greeting, ehlo, starttls, auth, mail, rcpt, data
        /// The first line of a content has come.
        case body
        /// The final dot has come.
        case dot
        case rset, quit, other
    }

    /// One moment at which the relay has to answer.
    package struct Event: Sendable {
        package let stage: Stage
        /// The command line without its end; empty for the greeting and the body.
        package let command: String
        /// 1 for the first connection since the relay started.
        package let connection: Int
        /// 1 for the first MAIL of the connection; 0 before it.
        package let transaction: Int
        /// Of the running transaction, so far.
        package let recipients: [String]
    }

    package indirect enum Action: Sendable {
        /// What a well-behaved relay does.
        case usual
        /// These lines instead, parted by LF; the relay's own state follows the code.
        case reply(String)
        /// These bytes as they are, and nothing else.
        case raw([UInt8])
        /// This reply, a byte at a time with a pause after each; the relay's own state follows once it is complete.
        case drip(String, every: Duration)
        /// The action, later. What the client sends meanwhile waits.
        case after(Duration, Action)
        /// The action, once the relay is told ``ScriptedRelay/release()``.
        case hold(Action)
        /// At the dot: keeps the mail as accepted, whatever the action makes the client see.
        case keep(Action)
        /// Hangs up without an answer.
        case close
        /// The reply, then hangs up.
        case replyAndClose(String)
        /// Never answers again on this connection.
        case silence
    }

    package enum Encryption: Sendable {
        case none
        /// STARTTLS is offered until it is used.
        case startTLS(TestCertificate.Kind)
        /// TLS from the first byte.
        case implicit(TestCertificate.Kind)
    }

    package var extensions: [String]
    package var encryption: Encryption
    /// Offered once the session is encrypted, or at once if it never will be; empty for no AUTH.
    package var mechanisms: [String]
    package var username: String
    package var password: String
    package var answer: @Sendable (Event) -> Action

    package init(
        extensions: [String] = ["PIPELINING", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"],
        encryption: Encryption = .none, mechanisms: [String] = [], username: String = "user",
        password: String = "secret", answer: @escaping @Sendable (Event) -> Action = { _ in .usual }
    ) {
        self.extensions = extensions
        self.encryption = encryption
        self.mechanisms = mechanisms
        self.username = username
        self.password = password
        self.answer = answer
    }

    /// The extensions of a relay that takes one command at a time.
    package static let stepwise = ["SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES"]
}
