import Delivery
import Logging
import NIOConcurrencyHelpers
import PasswordReset
import Presentation
import Web

/// The settings that SIGHUP may change while the daemon runs: key ring, limits, times of the worker, words and templates,
/// log level. Everything else (addresses, database, relay) takes a restart.
final class CurrentSettings: Sendable {
    private struct Values: Sendable {
        var keys: LinkKeys
        var perClient: Int
        var total: Int
        var looks: Looks

        init(_ settings: Settings) throws {
            keys = try settings.keys()
            (perClient, total) = try settings.webLimits()
            looks = try settings.looks()
        }
    }

    private let file: String?
    private let values: NIOLockedValueBox<Values>
    /// What of mails stays as it was at the start.
    private let start: (worker: DeliverySettings, brands: Brands)?
    /// Of the worker, where this daemon has one.
    let delivery: DeliveryControl?

    init(_ settings: Settings, file: String?, hasWorker: Bool) throws {
        self.file = file
        let values = try Values(settings)
        self.values = NIOLockedValueBox(values)
        guard hasWorker else {
            start = nil
            delivery = nil
            return
        }
        let (worker, brands) = (try settings.delivery(), try settings.brands())
        start = (worker, brands)
        delivery = DeliveryControl(
            settings: worker, composer: try settings.composer(for: worker, of: brands, in: values.looks.languages))
    }

    var keys: LinkKeys { values.withLockedValue { $0.keys } }

    var looks: Looks { values.withLockedValue { $0.looks } }

    var webLimits: (perClient: Int, total: Int) { values.withLockedValue { ($0.perClient, $0.total) } }

    /// Reads everything anew, and only then takes it over: whatever is wrong anywhere leaves all as it was.
    func reload(_ logger: Logger) async {
        do {
            let settings = try await Settings(file: file)
            try settings.requireReadableRest()
            let new = try Values(settings)
            let level = try settings.choice(.logLevel, as: Logger.Level.self)
            if let delivery, let start {
                let worker = start.worker.renewed(by: try settings.delivery())
                delivery.replace(
                    settings: worker,
                    composer: try settings.composer(for: worker, of: start.brands, in: new.looks.languages))
            }
            values.withLockedValue { $0 = new }
            LogThreshold.shared.level = level
            logger.notice("settings read anew", metadata: ["signing_key": "\(new.keys.current.id)"])
        } catch {
            logger.error("settings stay as they were", metadata: ["error": "\(Failure(error)?.line ?? "\(error)")"])
        }
    }
}
