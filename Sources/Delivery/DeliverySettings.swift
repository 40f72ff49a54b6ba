package import PasswordReset
package import SMTP

/// What the worker is told by the settings.
package struct DeliverySettings: Sendable {
    /// Rows that one claim takes.
    package var batch = 256
    /// How long a silent daemon keeps what it claimed.
    package var lease: Duration = .seconds(30)
    package var pollInterval: Duration = .seconds(10)
    /// Between two tries of a mail that its recipient's side put off.
    package var backoff = Backoff(base: .seconds(30), cap: .seconds(900))
    /// From the first attempt.
    package var giveUpAfter: Duration = .seconds(6 * 3600)
    package var connections = 8
    package var linkLifetime: Duration = .seconds(3600)
    package var perAccountInterval: Duration = .seconds(60)
    package var perAccountHourly = 5
    /// Settled requests are kept so long.
    package var retentionDays = 90
    /// And what the audit trail says so long.
    package var auditDays = 730
    /// Where mails go instead of to the relay. It stays as it was at the start.
    package var shadow: ShadowFolder?
    /// How long a stop waits for what is on the wire.
    package var drain: Duration = .seconds(30)

    package private(set) var relay: Relay
    package private(set) var sender: Sender
    package let keys: LinkKeys
    package private(set) var linkBase: LinkBase

    package init(relay: Relay, sender: Sender, keys: LinkKeys, linkBase: LinkBase) {
        self.relay = relay
        self.sender = sender
        self.keys = keys
        self.linkBase = linkBase
    }

    /// What SIGHUP makes of these: the ring, the limits and the times of `new`.
    ///
    /// Sender and base stay, for the pages keep theirs. So does the lease: the session counts by the one that it began with,
    /// and a heartbeat or a rescue by another would take it for late, or its rows for a dead daemon's.
    package func renewed(by new: DeliverySettings) -> DeliverySettings {
        var settings = new
        settings.lease = lease
        settings.connections = connections
        settings.shadow = shadow
        settings.relay = relay
        settings.sender = sender
        settings.linkBase = linkBase
        return settings
    }
}
