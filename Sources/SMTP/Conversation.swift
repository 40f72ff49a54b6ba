internal import Glibc

/// Commands out, replies in, on an established session: knows what has been written and what must still be answered.
///
/// Whatever throws here leaves a conversation that is one reply behind or half a command ahead: it must be dropped.
struct Conversation: ~Copyable {
    /// An answer that leaves the session usable.
    enum Answer {
        case proceed(Reply?)
        case refusal(Outcome)
    }

    let capabilities: Capabilities
    private let connection: Connection
    private let timeout: Duration
    private var parser = ReplyParser()

    /// Commands and contents that wait to be written, in one reused buffer.
    var output: [UInt8] = []

    /// How much of `output` the last ``flush(at:)`` got out.
    private(set) var written = 0

    /// MAIL was accepted and no dot ended its transaction: RSET goes before the next one (RFC 5321, 4.1.1.5).
    var isResetDue = false

    init(_ connection: consuming Connection, capabilities: Capabilities, timeout: Duration) {
        self.connection = connection
        self.capabilities = capabilities
        self.timeout = timeout
        output.reserveCapacity(32768)
    }

    /// Writes all of `output` and empties it. No reply may be outstanding.
    ///
    /// Time is counted from the last byte that went out.
    mutating func flush(at stage: Stage) throws(SessionFailure) {
        written = 0
        guard parser.isEmpty else {
            throw SessionFailure(stage: stage, blame: .relay, detail: "The relay answered more than was asked.")
        }
        while written < output.count {
            switch connection.send(output, from: written) {
            case .bytes(let count): written += count
            case .wouldBlock:
                guard connection.wait(for: CInt(POLLOUT), until: .now + timeout) else {
                    throw SessionFailure(stage: stage, blame: .relay, detail: "The relay stopped reading.")
                }
            case .closed:
                throw SessionFailure(stage: stage, blame: .relay, detail: "The relay closed the connection.")
            }
        }
        output.removeAll(keepingCapacity: true)
    }

    /// Reads the answer to the oldest unanswered command.
    ///
    /// - Parameter limit: time for the whole reply; nil for `smtp.timeout`.
    /// - Throws: when the reply ends the session, is none, or does not come.
    mutating func answer(at stage: Stage, within limit: Duration? = nil) throws(SessionFailure) -> Answer {
        let found = try nextReply(at: stage, within: limit ?? timeout)
        // Of a mere "go on" nobody wants the text; the answer to the dot is kept with the request.
        let reply = found.code >= 400 || stage == .dot ? parser.reply(found) : nil
        switch verdict(code: found.code, enhanced: reply?.enhanced, at: stage) {
        case .proceed: return .proceed(reply)
        case .refused: return .refusal(.refused(reply ?? parser.reply(found)))
        case .deferred: return .refusal(.deferred(.recipient, reply ?? parser.reply(found)))
        case .ends(let blame):
            let detail =
                found.code == 421
                ? "The relay closes the session."
                : stage == .sender ? "The relay refuses our sender." : "The relay refuses."
            throw SessionFailure(stage: stage, blame: blame, reply: reply, detail: detail)
        case .outOfStep:
            throw SessionFailure(
                stage: stage, blame: .relay, reply: parser.reply(found), detail: "The relay answered out of step.")
        }
    }

    /// The reply that lies in the socket already, after a write that failed: relays that cut a content short tend to say
    /// why before they hang up.
    mutating func lastWords() -> Outcome? {
        do throws(SessionFailure) {
            if case .refusal(let outcome) = try answer(at: .dot, within: .zero) { return outcome }
            return nil
        } catch {
            return error.reply?.code == 421 ? Outcome(error) : nil
        }
    }

    /// Whether anything has come that was not asked for: an idle session's 421, or its end.
    mutating func hasUnread() -> Bool {
        guard parser.isEmpty else { return true }
        if case .wouldBlock = read() { return false }
        return true
    }

    /// QUIT, and a short wait for the answer, so that the relay need not log a lost connection.
    consuming func quit() {
        output = Array("QUIT\r\n".utf8)
        guard (try? flush(at: .reset)) != nil else { return }
        _ = connection.wait(for: CInt(POLLIN), until: .now + min(timeout, .milliseconds(500)))
    }

    private mutating func nextReply(at stage: Stage, within limit: Duration) throws(SessionFailure) -> ReplyParser.Found
    {
        var deadline: ContinuousClock.Instant?
        while true {
            do throws(ReplyParser.Fault) {
                if let found = try parser.next() { return found }
            } catch {
                let detail =
                    error == .oversized ? "The relay's answer has no end." : "The relay's answer is no SMTP reply."
                throw SessionFailure(stage: stage, blame: .relay, detail: detail)
            }
            switch read() {
            case .bytes: break
            case .closed:
                throw SessionFailure(stage: stage, blame: .relay, detail: "The relay closed the connection.")
            case .wouldBlock:
                let until = deadline ?? .now + limit
                deadline = until
                guard connection.wait(for: CInt(POLLIN), until: until) else {
                    throw SessionFailure(stage: stage, blame: .relay, detail: "The relay did not answer in time.")
                }
            }
        }
    }

    private mutating func read() -> Connection.Transfer {
        var transfer = Connection.Transfer.wouldBlock
        unsafe parser.receive { room in
            transfer = unsafe connection.receive(into: room)
            if case .bytes(let count) = transfer { return count }
            return 0
        }
        return transfer
    }
}
