import Logging
import PasswordReset
import Postgres

/// The way of a sign of life: the claim hands it on in an empty batch, composing asks the courier on the way, and whoever
/// watches hears of it where outcomes are recorded.
extension Worker {
    func showLife(every interval: Duration?) async {
        guard let interval else { return }
        while !Task.isCancelled {
            life.begin()
            wake.yield()
            try? await Task.sleep(for: interval)
        }
    }

    func claimLives() {
        if life.pass(from: .claim) { claimed.yield(([], session.epoch)) }
    }

    func composingLives() {
        if life.pass(from: .compose) { outcomes.nudge() }
    }

    func recordingLives() {
        if life.pass(from: .record) { notify(.alive) }
    }
}
