import Delivery
import Glibc
import SMTP

/// What `resetd check` asks of the relay.
enum RelayCheck {
    struct Seen: Sendable {
        /// Unix seconds; nil in the clear.
        let certificateExpiry: Int64?
    }

    /// A session as the daemon makes it, and whether the relay would take mail from our sender.
    static func probe(_ settings: Settings) async throws -> (String, Seen) {
        let relay = try settings.relay()
        let session = Session(relay: relay, showsCertificate: true)
        try await session.connect()
        try await session.probe(sender: try settings.sender().mailbox)
        let seen = Seen(certificateExpiry: await session.certificateExpiry)
        await session.quit()
        let security = relay.url.scheme == .smtps ? "TLS" : "TLS \(relay.security.rawValue)"
        return ("takes mail from our sender (\(security), \(relay.username == nil ? "no AUTH" : "AUTH done"))", seen)
    }

    /// Days before the end from which it is a failure: enough to get another one.
    private static let leastDays = 7

    static func certificate(expiresAt end: Int64) throws -> String {
        let days = (end - Int64(time(nil))) / 86_400
        guard days >= leastDays else {
            throw CommandFailure(description: "the relay's ends in \(days) days; expected \(leastDays) or more")
        }
        return "the relay's is good for \(days) more days"
    }
}
