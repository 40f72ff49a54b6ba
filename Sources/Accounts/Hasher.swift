import Dispatch
import PasswordReset

/// Hashes and verifies passwords, off the event loops and bounded: as many at once as there are cores, a queue of 64
/// behind them, and ``HashingBusy`` for the rest, so that a storm of attempts keeps memory and answers in bounds.
package actor PasswordHasher {
    private let format: HashFormat
    private let concurrency: Int
    private let maximumWaiting: Int
    private let queue = DispatchQueue(label: "resetd.hashing", attributes: .concurrent)
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(format: HashFormat, concurrency: Int, maximumWaiting: Int = 64) {
        self.format = format
        self.concurrency = max(1, concurrency)
        self.maximumWaiting = maximumWaiting
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
            if let present, (try? Self.verify(password, against: present)) == true { return nil }
            switch format {
            case .argon2id: return try Argon2.hash(password.bytes)
            case .bcrypt: return try Bcrypt.hash(password.bytes)
            }
        }
    }

    private static func verify(_ password: PreparedPassword, against hash: String) throws(HashingError) -> Bool {
        if hash.hasPrefix("$argon2") { return try Argon2.verify(password.bytes, against: hash) }
        if hash.hasPrefix("$2") { return try Bcrypt.verify(password.bytes, against: hash) }
        throw .unreadable
    }

    private func work<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    private func enter() async throws(HashingBusy) {
        guard running >= concurrency else {
            running += 1
            return
        }
        guard waiting.count < maximumWaiting else { throw HashingBusy() }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Hands the place to the next in the queue, or gives it up.
    private func leave() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
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
