import CoreMetrics
import Delivery
import Logging
import Postgres
import ServiceLifecycle

/// Measures the queue twice a minute, and not when it is scraped: an answer to a scrape waits for no database. Every daemon
/// sees the same queue, so whoever looks at several takes the greatest value.
struct QueueWatch: Service {
    let pool: Pool
    let logger: Logger

    private static let interval: Duration = .seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    Self.tell(try await QueueDepth.look(on: pool))
                } catch {
                    // A database that is away is the gate's to complain about.
                    logger.debug("the queue cannot be measured", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private static func tell(_ depth: QueueDepth) {
        for (state, part) in [("queued", depth.queued), ("sending", depth.sending)] {
            Gauge(label: "resetd_outbox_requests", dimensions: [("state", state)]).record(part.requests)
            Gauge(label: "resetd_outbox_oldest_seconds", dimensions: [("state", state)]).record(part.oldest)
        }
        Gauge(label: "resetd_outbox_overdue_seconds").record(depth.overdue)
    }
}
