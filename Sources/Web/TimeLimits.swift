/// How long a client may take, and how long it may have to wait (ASVS 5.0, 15.2).
///
/// A limit is for the whole of its step: a byte now and then buys no time.
package struct TimeLimits: Sendable {
    /// From the first byte of a request, or from the connection's opening, to the end of its head.
    package var head: Duration
    /// From the end of the head to the end of the body.
    package var body: Duration
    /// Between an answer and the next request on the same connection.
    package var idle: Duration
    /// For our own work on a request; then 503.
    package var answer: Duration
    /// For a client to take its answer, our work included.
    package var delivery: Duration
    /// How long what a refused client still sends is thrown away, so that it sees the answer and not a reset.
    package var linger: Duration
    /// At shutdown: for requests under way.
    package var shutdown: Duration

    /// The limits that the daemon works with.
    package init(
        head: Duration = .seconds(15), body: Duration = .seconds(30), idle: Duration = .seconds(30),
        answer: Duration = .seconds(20), delivery: Duration = .seconds(60), linger: Duration = .seconds(2),
        shutdown: Duration = .seconds(20)
    ) {
        self.head = head
        self.body = body
        self.idle = idle
        self.answer = answer
        self.delivery = delivery
        self.linger = linger
        self.shutdown = shutdown
    }
}
