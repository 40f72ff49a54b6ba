import NIOConcurrencyHelpers

/// What may change while the worker runs: its settings and templates (SIGHUP), and its patience (a second SIGTERM).
///
/// The worker asks at each use. ``DeliverySettings/renewed(by:)`` says what stays as it was at the start.
package final class DeliveryControl: Sendable {
    private struct State {
        var settings: DeliverySettings
        var composer: Composer
        var isHurried = false
    }

    private let state: NIOLockedValueBox<State>

    package init(settings: DeliverySettings, composer: Composer) {
        state = NIOLockedValueBox(State(settings: settings, composer: composer))
    }

    package func replace(settings: DeliverySettings, composer: Composer) {
        state.withLockedValue { state in
            state.settings = settings
            state.composer = composer
        }
    }

    /// A stop waits no longer for what is on the wire.
    package func hurry() {
        state.withLockedValue { $0.isHurried = true }
    }

    var settings: DeliverySettings { state.withLockedValue { $0.settings } }
    var composer: Composer { state.withLockedValue { $0.composer } }
    var isHurried: Bool { state.withLockedValue { $0.isHurried } }
}
