import Logging
import NIOConcurrencyHelpers
import SMTP

/// The fourth step: keeps sessions to the relay and has them send what lies on the shelf.
///
/// Sessions are made as work asks for them, up to the set number, kept for the next, and thrown away when they are
/// spent. Each runs on a thread of its own; this actor only starts them.
actor Courier {
    /// Something that a session learned about the relay.
    enum Finding: Sendable {
        /// It answered about a mail in a round that began at that moment.
        case working(ContinuousClock.Instant)
        case failing(SessionFailure)
    }

    private let relay: Relay
    private let connections: Int
    private let shelf: Shelf
    private let report: @Sendable (ClaimedRequest, Outcome) -> Void
    private let found: @Sendable (Finding) -> Void
    private let counted: @Sendable (Int) -> Void

    private var idle: [Session] = []
    private var busy = 0
    private let starts: AsyncStream<Void>
    private let start: AsyncStream<Void>.Continuation

    init(
        relay: Relay, connections: Int, shelf: Shelf,
        report: @escaping @Sendable (ClaimedRequest, Outcome) -> Void,
        found: @escaping @Sendable (Finding) -> Void, counted: @escaping @Sendable (Int) -> Void
    ) {
        self.relay = relay
        self.connections = connections
        self.shelf = shelf
        self.report = report
        self.found = found
        self.counted = counted
        (starts, start) = AsyncStream.makeStream()
    }

    /// Runs sessions until ``finish()``, and returns when the last of them is done.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in starts {
                group.addTask { await self.sendWaiting() }
            }
        }
        // Out of the list first: whoever retires idle ones meanwhile must not meet them here.
        while let session = idle.popLast() { await quit(session) }
    }

    /// Connections that are open.
    private var connected = 0 {
        didSet { counted(connected) }
    }

    private func quit(_ session: Session) async {
        await session.quit()
        connected -= 1
    }

    /// Starts as many sessions as what lies on the shelf can use.
    func dispatch() {
        let wanted = min(connections, busy + shelf.unattended)
        while busy < wanted {
            busy += 1
            shelf.expectSession()
            start.yield()
        }
    }

    func finish() {
        start.finish()
    }

    /// Sessions that have been idle for too long say QUIT, so that the relay need not throw them out.
    func retireIdle() async {
        let candidates = idle
        idle = []
        for session in candidates {
            if await session.isSpent { await quit(session) } else { idle.append(session) }
        }
    }

    private func sendWaiting() async {
        defer {
            busy -= 1
            // What came in while this session ended, or was left when it had done its count.
            dispatchIfHealthy()
        }
        isFailing = false
        let round = Round(shelf: shelf)
        defer { round.end() }
        do {
            let session = try await usableSession()
            do {
                try await session.deliver(mayProceed: round.mayProceed, next: round.next) {
                    [report, lastAnswer] request, outcome in
                    round.answered(outcome)
                    if round.hasAnswer { lastAnswer.withLockedValue { $0 = .now } }
                    report(request, outcome)
                }
                idle.append(session)
                if round.hasAnswer { found(.working(round.begunAt)) }
            } catch {
                connected -= 1
                // A relay that ends a session after some mails is at work; the next session will tell more.
                guard round.hasAnswer else { throw error }
                found(.working(round.begunAt))
            }
        } catch let failure as SessionFailure {
            isFailing = true
            if failure.stage.isEstablishing, isAnswering {
                dispatchLater()
                return
            }
            // A session that we ended ourselves says nothing of the relay.
            if round.mayProceed() { found(.failing(failure)) }
        } catch {
            preconditionFailure("sessions throw nothing but their failure")
        }
    }

    /// When the relay last answered about a mail, in any session.
    private let lastAnswer = NIOLockedValueBox<ContinuousClock.Instant?>(nil)

    /// A relay that answers on some connections and refuses another is at work: it takes fewer than `smtp.connections`, as
    /// many do. What it takes goes on; if it goes away in truth, its last answer is soon old.
    private var isAnswering: Bool {
        lastAnswer.withLockedValue { $0 }.map { $0 + Self.patience > .now } ?? false
    }

    private static let patience: Duration = .seconds(2)

    private func dispatchLater() {
        Task {
            try? await Task.sleep(for: Self.patience / 2)
            dispatch()
        }
    }

    /// Whether the session that ended last found the relay away: then the breaker decides when to try again.
    private var isFailing = false

    private func dispatchIfHealthy() {
        if !isFailing { dispatch() }
    }

    private func usableSession() async throws -> Session {
        while let session = idle.popLast() {
            if await !session.isSpent { return session }
            await quit(session)
        }
        let session = Session(relay: relay)
        try await session.connect()
        connected += 1
        return session
    }
}
