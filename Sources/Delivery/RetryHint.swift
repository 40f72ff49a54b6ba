/// "Try again in 300 seconds": greylisting relays say in words when they will take a mail. Coming earlier costs a try.
struct RetryHint {
    let wait: Duration

    /// Nil when the reply names no time. A number without a unit is no time: it may be a code or an address.
    init?(_ reply: String?) {
        guard let reply,
            let match = reply.lowercased().firstMatch(
                of: /\b(?:in|after|wait)\s+(?<number>[0-9]{1,5})\s*(?<unit>s|sec|m|min|h|hour)/),
            let number = Int64(match.number)
        else { return nil }
        switch match.unit {
        case "m", "min": wait = .seconds(number * 60)
        case "h", "hour": wait = .seconds(number * 3600)
        default: wait = .seconds(number)
        }
    }
}
