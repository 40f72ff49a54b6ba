/// Prints what was done, each step with the time that it took.
struct StepClock: Sendable {
    private let say: @Sendable (String) -> Void
    private var last = ContinuousClock.now
    private let start = ContinuousClock.now

    init(_ say: @escaping @Sendable (String) -> Void) {
        self.say = say
    }

    /// Prints the step that has just ended; the next begins now.
    mutating func done(_ name: String, _ words: String) {
        let now = ContinuousClock.now
        say("\(Terminal.milliseconds(now - last))  \(Terminal.padded(name, to: 12)) \(words)")
        last = now
    }

    /// Since the first step began.
    var total: Duration {
        ContinuousClock.now - start
    }
}
