import NIOConcurrencyHelpers
import SMTP

/// Composed mails between the step that makes them and the sessions that send them.
///
/// Sessions take from it on their own threads, so it is a lock and no actor.
final class Shelf: Sendable {
    private struct State {
        var mails: [ComposedMail] = []
        var taken = 0
        /// Sessions that were started for what lies here and have taken nothing yet.
        var hungry = 0
        var isOpen = true
    }

    private let state = NIOLockedValueBox(State())
    private let session: DaemonSession

    /// - Parameter session: says whether a mail may still be sent: none while this daemon may have been taken for dead, and
    ///   none that was claimed before such a time.
    init(session: DaemonSession) {
        self.session = session
    }

    /// Asked once more before a content goes out.
    func mayProceed(epoch: Int) -> Bool { session.isCurrent(epoch: epoch) }

    /// Mails that wait, beyond those that sessions on their way will take first.
    var unattended: Int {
        guard session.isCurrent else { return 0 }
        return state.withLockedValue { max(0, $0.mails.count - $0.taken - $0.hungry) }
    }

    func add(_ mails: [ComposedMail]) {
        state.withLockedValue { $0.mails.append(contentsOf: mails) }
    }

    /// A session is on its way here.
    func expectSession() {
        state.withLockedValue { $0.hungry += 1 }
    }

    /// It has taken its first mail, or will take none.
    func sessionCame() {
        state.withLockedValue { $0.hungry -= 1 }
    }

    /// The next mail for the wire; nil when there is none, or none may be started.
    ///
    /// - Parameter isAhead: the session has a mail under way, and would have this one wait behind its final dot. It gets
    ///   it only if there is more than the sessions on their way will take.
    func next(isAhead: Bool) -> ComposedMail? {
        state.withLockedValue { state in
            let waiting = state.mails.count - state.taken
            guard state.isOpen, waiting > (isAhead ? max(0, state.hungry) : 0) else { return nil }
            let mail = state.mails[state.taken]
            guard session.isCurrent(epoch: mail.epoch) else { return nil }
            state.taken += 1
            if state.taken == state.mails.count {
                state.mails.removeAll(keepingCapacity: true)
                state.taken = 0
            }
            return mail
        }
    }

    /// Everything that no session has taken.
    func clear() -> [ClaimedRequest] {
        state.withLockedValue { state in
            defer {
                state.mails = []
                state.taken = 0
            }
            return state.mails[state.taken...].map(\.request)
        }
    }

    /// No mail is handed out any more: the daemon stops.
    func close() {
        state.withLockedValue { $0.isOpen = false }
    }
}
