import CArgon2
import Dispatch
import PasswordReset

/// Hashes and verifies passwords, off the event loops and bounded: as many at once as there are cores, a queue of 64
/// behind them, and ``HashingBusy`` for the rest, so that a storm of attempts keeps memory and answers in bounds.
package actor PasswordHasher {
    private let format: HashFormat
    private let maximumWaiting: Int
    private let observe: @Sendable (HashingEvent) -> Void
    /// Threads of our own, one a lane: a concurrent queue would borrow those that Swift's tasks run on.
    private var freeLanes: [DispatchQueue]
    private var waiting: [CheckedContinuation<DispatchQueue, Never>] = []

    /// - Parameter observe: told what happens, on any thread.
    package init(
        format: HashFormat, concurrency: Int, maximumWaiting: Int = 64,
        observe: @escaping @Sendable (HashingEvent) -> Void = { _ in }
    ) {
        self.format = format
        self.maximumWaiting = maximumWaiting
        self.observe = observe
        _ = resetd_give_large_blocks_back()
        freeLanes = (0..<max(1, concurrency)).map { DispatchQueue(label: "resetd.hashing.\($0)") }
    }

    /// The rules that only hashing knows: bcrypt would cut a long password in silence.
    nonisolated func violations(of password: PreparedPassword) -> [PasswordViolation] {
        format == .bcrypt && password.bytes.count > Bcrypt.maximumBytes
            ? [.tooLong(maximumBytes: Bcrypt.maximumBytes)] : []
    }

    /// The hash to store for a new password, or nil when it is the present one. One turn in the queue for both.
    func hash(_ password: PreparedPassword, unlessPresent present: String?) async throws -> String? {
        let format = format
        return try await work {
            // A present hash that cannot be read (another system's, or absurd) is replaced without a comparison.
            if let present, (try? StoredHash.verify(password.bytes, against: present)) == true { return nil }
            return try format.hash(password.bytes)
        }
    }

    /// A new hash of something that is no password, such as a PIN.
    func hash(_ bytes: [UInt8]) async throws -> String {
        let format = format
        return try await work { try format.hash(bytes) }
    }

    /// Whether `password` gives `hash`, in one turn in the queue.
    ///
    /// A login that nobody has, and one without a hash that we can read, must take as long as a wrong password does, or
    /// the time would tell who has an account here. So where `hash` is nil or unreadable, the work of verifying against
    /// `decoy` is done instead, and where that is no better, against a constant hash in the configured format; the answer
    /// is false then, whatever the password.
    ///
    /// - Parameter decoy: a hash like those that most accounts of the site have.
    /// - Throws: ``HashingBusy`` when too many wait; ``HashingError/failed`` when there is no memory to compute with.
    func verify(_ password: [UInt8], against hash: String?, orLike decoy: String?) async throws -> Bool {
        let last = format.decoy
        return try await work { try StoredHash.verify(password, against: hash, orLike: [decoy, last]) }
    }

    private func work<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let lane = try await enter()
        defer { leave(lane) }
        return try await withCheckedThrowingContinuation { continuation in
            lane.async { [observe] in
                let start = ContinuousClock.now
                let result = Result { try body() }
                observe(.computed(.now - start))
                continuation.resume(with: result)
            }
        }
    }

    private func enter() async throws(HashingBusy) -> DispatchQueue {
        if let lane = freeLanes.popLast() { return lane }
        guard waiting.count < maximumWaiting else {
            observe(.refused)
            throw HashingBusy()
        }
        observe(.waiting(waiting.count + 1))
        return await withCheckedContinuation { waiting.append($0) }
    }

    /// Hands the lane to the next in the queue, or gives it up.
    private func leave(_ lane: DispatchQueue) {
        guard !waiting.isEmpty else { return freeLanes.append(lane) }
        waiting.removeFirst().resume(returning: lane)
        observe(.waiting(waiting.count))
    }
}

/// What the hasher tells whoever watches it.
package enum HashingEvent: Sendable {
    /// One password was hashed or compared, in so much time without the wait for a turn.
    case computed(Duration)
    /// So many wait for a turn.
    case waiting(Int)
    /// One more was too many.
    case refused
}

/// More passwords wait to be hashed than is good for anybody; try again in a few seconds.
package struct HashingBusy: Error {
    package let retryAfterSeconds = 5
}

/// Why a password could not be hashed or compared. It carries nothing of either.
enum HashingError: Error {
    case failed
    /// The stored hash is of a form that we do not read, or asks for an absurd amount of work.
    case unreadable
}
