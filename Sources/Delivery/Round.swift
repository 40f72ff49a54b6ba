import NIOConcurrencyHelpers
import SMTP

/// One turn of one session at the shelf: what it has under way, and whether the relay answered for any mail.
struct Round: Sendable {
    private struct State {
        var isExpected = true
        var underWay = 0
        var hasAnswer = false
        /// Of the mail that was taken last; one round takes no two.
        var epoch: Int?
    }

    let begunAt = ContinuousClock.now
    private let shelf: Shelf
    private let state = NIOLockedValueBox(State())

    init(shelf: Shelf) {
        self.shelf = shelf
    }

    @Sendable func next() -> (ClaimedRequest, Mail)? {
        let isAhead = state.withLockedValue { $0.underWay > 0 }
        guard let taken = shelf.next(isAhead: isAhead) else { return nil }
        let isFirst = state.withLockedValue { state in
            defer { state.isExpected = false }
            state.underWay += 1
            state.epoch = taken.epoch
            return state.isExpected
        }
        if isFirst { shelf.sessionCame() }
        return (taken.request, taken.mail)
    }

    /// Whether what is under way is still ours to send.
    @Sendable func mayProceed() -> Bool {
        state.withLockedValue { $0.epoch }.map(shelf.mayProceed) ?? true
    }

    func answered(_ outcome: Outcome) {
        state.withLockedValue { state in
            state.underWay -= 1
            // Acceptance and refusal are answers about a mail; only trouble says nothing of the relay's health.
            switch outcome {
            case .accepted, .refused, .deferred(.recipient, _): state.hasAnswer = true
            case .deferred, .interrupted, .unknown: break
            }
        }
    }

    /// Whether the relay answered about a mail.
    var hasAnswer: Bool { state.withLockedValue { $0.hasAnswer } }

    func end() {
        let isExpected = state.withLockedValue { state in
            defer { state.isExpected = false }
            return state.isExpected
        }
        if isExpected { shelf.sessionCame() }
    }
}
