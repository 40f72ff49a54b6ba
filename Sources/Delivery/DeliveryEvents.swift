/// What the worker tells whoever watches it, in plain values: metrics and readiness know nothing of mails.
package enum DeliveryEvent: Sendable {
    /// A claim took `leased` rows to mail and settled others, by reason.
    case claimed(leased: Int, settled: [String: Int])
    /// Outcomes were recorded: how many gave their row which state.
    case recorded([String: Int])
    /// Outcomes that nobody knows: the dot was written and no answer came.
    case unknownOutcome
    case rescued(Int)
    /// An acceptance could not be written into the journal.
    case unjournaled
    /// Notifications did not come through, and a new connection listens.
    case listeningAnew
    case relay(isWorking: Bool)
    case database(isWorking: Bool)
}
