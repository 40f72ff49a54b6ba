internal import NIOConcurrencyHelpers

/// One mail that the sink took.
struct ReceivedMail: Sendable {
    /// Counts from 1.
    let number: Int
    let sender: String
    let recipients: [String]
    /// As it came over the wire, dots unstuffed, lines ended by CRLF.
    let source: [UInt8]
    let arrivedAt: ContinuousClock.Instant
    let message: MailMessage
}

/// The mails of the demonstration, in memory: the last 500, and whoever waits for the next.
final class Mailbox: Sendable {
    /// Mails that are kept; older ones are forgotten.
    static let capacity = 500

    private struct State: Sendable {
        var mails: [ReceivedMail] = []
        var taken = 0
        var listeners: [Int: AsyncStream<ReceivedMail>.Continuation] = [:]
        var nextListener = 0
    }

    private let state = NIOLockedValueBox(State())

    /// Keeps a mail.
    ///
    /// - Returns: its number.
    @discardableResult
    func keep(from sender: String, to recipients: [String], source: [UInt8]) -> Int {
        let message = MailMessage(source)
        let (mail, listeners) = state.withLockedValue { state in
            state.taken += 1
            let mail = ReceivedMail(
                number: state.taken, sender: sender, recipients: recipients, source: source, arrivedAt: .now,
                message: message)
            state.mails.append(mail)
            if state.mails.count > Self.capacity { state.mails.removeFirst() }
            return (mail, Array(state.listeners.values))
        }
        for listener in listeners { listener.yield(mail) }
        return mail.number
    }

    /// All that are kept, newest first.
    var mails: [ReceivedMail] {
        state.withLockedValue { $0.mails.reversed() }
    }

    /// How many ever came.
    var count: Int {
        state.withLockedValue { $0.taken }
    }

    /// The mail of this number, if it is kept still.
    func mail(_ number: Int) -> ReceivedMail? {
        state.withLockedValue { $0.mails.first { $0.number == number } }
    }

    /// Waits for a mail to an address.
    ///
    /// - Parameters:
    ///   - address: the recipient, in any case.
    ///   - number: only mails after this one; one that came in the meantime is given at once.
    /// - Throws: ``DemoFailure`` when none came in time, `CancellationError`.
    func next(to address: String, after number: Int, within patience: Duration) async throws -> ReceivedMail {
        let wanted = address.lowercased()
        let (stream, listener) = AsyncStream<ReceivedMail>.makeStream()
        let (key, known) = state.withLockedValue { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = listener
            return (state.nextListener, state.mails)
        }
        defer { _ = state.withLockedValue { $0.listeners.removeValue(forKey: key) } }
        for mail in known { listener.yield(mail) }
        let found = try await withThrowingTaskGroup(of: ReceivedMail?.self) { group in
            group.addTask {
                await stream.first { $0.number > number && $0.recipients.contains { $0.lowercased() == wanted } }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        guard let found else { throw DemoFailure("No mail to \(address) came within \(patience).") }
        return found
    }
}
