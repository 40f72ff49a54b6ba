import PasswordReset

/// Where the claim's scan begins, so that old versions of settled rows, which a long report elsewhere keeps from being
/// vacuumed, are not read again and again: a pass over the queue goes on from claim to claim, and the next one begins
/// shortly before this one began. It is a hint: once a poll interval a pass begins without it, also in the midst of a
/// backlog, since rows of long transactions, and rows that another daemon had locked, become visible below it.
struct ScanHint {
    private var wholeAt: Int64?
    /// When the pass that is under way began, and when the last that came to its end did.
    private var begunAt: Int64 = 0
    private var finishedAt: Int64 = 0
    private var cursor: Claim.Cursor?

    /// A row is due at the start of the transaction that inserts it; most are much shorter than this.
    private static let margin: Int64 = 5

    mutating func start(now: Int64, interval: Duration) -> (since: Int64?, after: Claim.Cursor?) {
        // A little less than the interval, or a poll that comes a moment early would leave it to the next. And the clock is
        // the database's: after a failover it may be behind.
        guard let wholeAt, finishedAt > 0 || cursor != nil, wholeAt <= now,
            now < wholeAt + max(1, interval.milliseconds * 9 / 10_000)
        else {
            (wholeAt, begunAt, cursor) = (now, now, nil)
            return (nil, nil)
        }
        if let cursor { return (nil, cursor) }
        begunAt = now
        return (finishedAt - Self.margin, nil)
    }

    mutating func claimed(to end: Claim.Cursor?, isLast: Bool) {
        cursor = isLast ? nil : end ?? cursor
        if isLast { finishedAt = begunAt }
    }
}
