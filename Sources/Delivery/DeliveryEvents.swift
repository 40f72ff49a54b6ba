/// What the worker tells whoever watches it, in plain values: metrics and readiness know nothing of mails.
package enum DeliveryEvent: Sendable {
    /// A claim took `leased` rows to mail and settled others, by reason; none of either where nothing was due.
    case claimed(leased: Int, settled: [String: Int])
    /// Outcomes were recorded, so many of each sort.
    case recorded([Recorded: Int])
    /// Requests have come to their end.
    case settled([SettledRequest])
    /// So many connections to the relay are open.
    case sessions(Int)
    /// Outcomes that nobody knows: the dot was written and no answer came.
    case unknownOutcome
    case rescued(Int)
    /// An acceptance could not be written into the journal.
    case unjournaled
    /// Notifications did not come through, and a new connection listens.
    case listeningAnew
    /// A sign of life came the whole way from the claim to the record. None comes while a step hangs.
    case alive
    case relay(isWorking: Bool)
    case database(isWorking: Bool)

    /// What an outcome made of a claimed request.
    package struct Recorded: Hashable, Sendable {
        /// The word for its state; `queued`: put back.
        package let state: String
        /// Who has to change something, `none` where nobody has.
        package let blame: String
        /// Whether it was on its way to the relay, and will be again.
        package let isRetry: Bool
    }
}
