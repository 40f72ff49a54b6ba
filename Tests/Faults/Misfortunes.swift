import NIOConcurrencyHelpers
import TestSupport

/// What goes wrong at a relay, one thing after another, while it works well in between.
final class Misfortunes: Sendable {
    struct Misfortune: Sendable {
        let stage: RelayScript.Stage
        let action: RelayScript.Action

        init(_ stage: RelayScript.Stage, _ action: RelayScript.Action) {
            self.stage = stage
            self.action = action
        }
    }

    private struct State {
        var rest: ArraySlice<Misfortune>
        var mails = 0
    }

    private let state: NIOLockedValueBox<State>
    private let spacing: Int

    /// - Parameter spacing: how many mails come to their dots between two. What befalls a new connection waits for none,
    ///   since there may be no other.
    init(_ list: [Misfortune], every spacing: Int) {
        state = NIOLockedValueBox(State(rest: list[...]))
        self.spacing = spacing
    }

    /// How many are still to come.
    var left: Int { state.withLockedValue { $0.rest.count } }

    var script: RelayScript {
        RelayScript { [self] event in answer(event.stage) }
    }

    private func answer(_ stage: RelayScript.Stage) -> RelayScript.Action {
        state.withLockedValue { state in
            if stage == .dot { state.mails += 1 }
            guard let next = state.rest.first, next.stage == stage,
                state.mails > spacing || stage == .greeting || stage == .ehlo
            else { return .usual }
            state.mails = 0
            state.rest.removeFirst()
            return next.action
        }
    }
}

/// What every recipient meets once.
final class FirstTry: Sendable {
    private let known = NIOLockedValueBox<Set<String>>([])
    private let stage: RelayScript.Stage
    private let action: RelayScript.Action
    private let spared: String

    /// - Parameters:
    ///   - stage: RCPT, or one whose transaction has a recipient.
    ///   - spared: whoever has these words in the address.
    init(_ stage: RelayScript.Stage, _ action: RelayScript.Action, sparing spared: String) {
        self.spared = spared
        self.stage = stage
        self.action = action
    }

    var script: RelayScript {
        RelayScript { [self] event in
            guard event.stage == stage else { return .usual }
            let recipient = stage == .rcpt ? event.command : event.recipients.joined()
            guard !recipient.contains(spared) else { return .usual }
            return known.withLockedValue { $0.insert(recipient).inserted } ? action : .usual
        }
    }
}
