import Logging
import NIOConcurrencyHelpers
import ServiceLifecycle

extension Worker {
    /// Runs the sessions until ``drain()``.
    func sendMails() async {
        await courier.run()
    }

    /// The end, in order: nothing more is started; what is on the wire is waited for, up to the limit, and recorded. A
    /// death anywhere in it leaves rows that the next start, or another daemon, puts back.
    func drain() async {
        shelf.close()
        await courier.finish()
        giveBackShelf()
        let deadline = ContinuousClock.now + settings.drain
        while inFlight.withLockedValue({ !$0.isEmpty }), .now < deadline, !control.isHurried {
            try? await Task.sleep(for: .milliseconds(5))
        }
        outcomes.finish()
    }

    /// The rest goes back to the queue, and the session ends.
    func giveBack() async {
        do {
            let count = try await Rescue(session: session, lease: settings.lease).end(on: pool)
            if count > 0 { logger.warning("stopped before every mail was answered", metadata: ["count": "\(count)"]) }
        } catch {
            logger.error(
                "could not give rows back; they will be rescued", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
