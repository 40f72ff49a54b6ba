import Logging
import NIOConcurrencyHelpers

/// `log.level`, for every logger of the process at once, so that SIGHUP can change it.
final class LogThreshold: Sendable {
    static let shared = LogThreshold()

    private let value = NIOLockedValueBox(Logger.Level.info)

    var level: Logger.Level {
        get { value.withLockedValue { $0 } }
        set { value.withLockedValue { $0 = newValue } }
    }
}
