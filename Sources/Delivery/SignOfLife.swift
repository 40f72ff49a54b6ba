import NIOConcurrencyHelpers

/// A sign of life that goes the way a mail goes, from step to step, for the watchdog of a service manager.
///
/// Each step passes it on when it comes round, also while the database is away: waiting is no fault. A step that hangs
/// keeps it, whatever the others still do, and nobody hears of life any more.
final class SignOfLife: Sendable {
    enum Step {
        case claim
        case compose
        case record
    }

    /// The step that has it; nil while none is under way.
    private let holder = NIOLockedValueBox<Step?>(nil)

    /// Gives the first step a sign, unless one is still under way.
    func begin() {
        holder.withLockedValue { $0 = $0 ?? .claim }
    }

    /// Whether `step` had the sign, and has now passed it on.
    func pass(from step: Step) -> Bool {
        holder.withLockedValue { holder in
            guard holder == step else { return false }
            holder =
                switch step {
                case .claim: .compose
                case .compose: .record
                case .record: nil
                }
            return true
        }
    }
}
