import NIOConcurrencyHelpers
import Postgres

/// One start of a daemon as the database knows it: a number from a sequence and a heartbeat row.
///
/// Numbers, never host names: two containers may share a name, and a restarted daemon is another owner than the one
/// that died. While the last heartbeat is younger than half the lease this daemon is certain that nobody has taken it
/// for dead; after that it puts no mail on the wire until the database has heard of it again.
final class DaemonSession: Sendable {
    let number: Int64
    private let lease: Duration
    private let clock: DatabaseClock
    private let beats: NIOLockedValueBox<Beats>

    private struct Beats {
        /// Raised by every gap: what was claimed before one may have been another daemon's since.
        var epoch = 0
        var latest: ContinuousClock.Instant
        /// Since when heartbeats have come without a gap: who was deaf itself cannot tell who else is silent.
        var unbrokenSince: ContinuousClock.Instant
    }

    /// Takes a number, and with it a first heartbeat.
    static func open(lease: Duration, clock: DatabaseClock, on pool: Pool) async throws -> DaemonSession {
        let now = ContinuousClock.now
        let rows = try await pool.execute(
            """
            INSERT INTO resetd.session (id)
            VALUES (nextval('resetd.session_number'))
            RETURNING id, floor(extract(epoch FROM clock_timestamp()))::bigint AS now
            """)
        guard let row = rows.first else { throw PostgresError(.decoding, "no session number came back") }
        clock.observe(try row.get("now"))
        return DaemonSession(number: try row.get("id"), lease: lease, clock: clock, at: now)
    }

    private init(number: Int64, lease: Duration, clock: DatabaseClock, at now: ContinuousClock.Instant) {
        self.number = number
        self.lease = lease
        self.clock = clock
        beats = NIOLockedValueBox(Beats(latest: now, unbrokenSince: now))
    }

    var isCurrent: Bool {
        beats.withLockedValue { $0.latest } + lease / 2 > .now
    }

    /// The time between two gaps, by number.
    var epoch: Int { beats.withLockedValue { $0.epoch } }

    /// Whether a mail that was claimed in `epoch` is still certainly ours.
    func isCurrent(epoch: Int) -> Bool {
        let (latest, now) = beats.withLockedValue { ($0.latest, $0.epoch) }
        return now == epoch && latest + lease / 2 > .now
    }

    /// Whether this daemon has heard from the database for a whole lease without a gap.
    var isObserver: Bool {
        beats.withLockedValue { $0.unbrokenSince } + lease < .now
    }

    /// Tells the database that this daemon lives. The moment before the statement counts, not the one after it.
    ///
    /// Returns whether there was a gap before it, in which this daemon may have been taken for dead.
    func beat(on pool: Pool) async throws -> Bool {
        let now = ContinuousClock.now
        let rows = try await pool.execute(
            """
            INSERT INTO resetd.session (id)
            VALUES (\(number)::bigint)
            ON CONFLICT (id) DO UPDATE SET heartbeat_at = now()
            RETURNING floor(extract(epoch FROM clock_timestamp()))::bigint AS now
            """)
        if let row = rows.first { clock.observe(try row.get("now")) }
        return beats.withLockedValue { beats in
            let isLate = beats.latest + lease / 2 < .now
            if isLate {
                beats.unbrokenSince = now
                beats.epoch += 1
            }
            beats.latest = now
            return isLate
        }
    }
}
