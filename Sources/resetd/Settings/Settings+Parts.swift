import Accounts
import Delivery
import Glibc
import Logging
import PasswordReset
import Presentation
import Postgres
import SMTP

/// What each part of the daemon is told.
extension Settings {
    func database() throws -> Database {
        let database = Database(
            url: try text(.databaseURL) ?? "",
            isPooled: try flag(.databasePooled),
            allowsClear: try choice(.databaseTLS, as: DatabaseSecurity.self) == .off)
        do throws(DatabaseSettingError) { try database.validate() } catch {
            throw SettingError(.databaseURL, error.description)
        }
        return database
    }

    /// Where to LISTEN: a direct connection. Through a pooler there is none unless it is named.
    func notifications() throws -> Database? {
        guard let url = try text(.databaseListenURL) else {
            let database = try database()
            return database.isPooled ? nil : database
        }
        let direct = Database(
            url: url, allowsClear: try choice(.databaseTLS, as: DatabaseSecurity.self) == .off)
        do throws(DatabaseSettingError) { try direct.validate() } catch {
            throw SettingError(.databaseListenURL, error.description)
        }
        return direct
    }

    func relay() throws -> Relay {
        let url = try value(.smtpURL, RelayURL.init)
        let username = try text(.smtpUsername)
        let security = try choice(.smtpTLS, as: TransportSecurity.self)
        if username != nil, security == .off, url.scheme == .smtp {
            throw SettingError(
                .smtpUsername, "is set while smtp.tls is off; expected TLS, since a password is not sent in the clear")
        }
        if username != nil, try text(.smtpPassword) == nil { throw SettingError.missing(.smtpPassword) }
        return Relay(
            url: url, username: username, password: try text(.smtpPassword), security: security,
            caFile: try text(.smtpCAFile), heloName: try text(.smtpHeloName),
            timeout: try duration(.smtpTimeout, in: .milliseconds(100) ... .seconds(600)),
            dotTimeout: try duration(.smtpDotTimeout, in: .milliseconds(100) ... .seconds(3600)))
    }

    func base() throws -> LinkBase {
        try value(.linkBase, LinkBase.init)
    }

    func sender() throws -> Sender {
        try value(.mailFrom, Sender.init)
    }

    func keys() throws -> LinkKeys {
        let ring = try text(.linkKeys)
        let file = try text(.linkKeysFile)
        switch (ring, file) {
        case (let ring?, nil): return try value(.linkKeys) { _ throws(LinkKeysError) in try LinkKeys(ring) }
        case (nil, let file?):
            do { return try KeyRingFile(path: file).read(credentials: variable("CREDENTIALS_DIRECTORY")) } catch {
                throw SettingError(.linkKeysFile, "\(error)")
            }
        case (nil, nil): throw SettingError.missing(.linkKeys)
        // The credential beats the file's own key: a unit that hands the ring over need not edit the settings.
        case (let ring?, _?): return try value(.linkKeys) { _ throws(LinkKeysError) in try LinkKeys(ring) }
        }
    }

    func delivery() throws -> DeliverySettings {
        var delivery = DeliverySettings(
            relay: try relay(), sender: try sender(), keys: try keys(), linkBase: try base())
        delivery.batch = try integer(.workerBatch, in: 1...10_000)
        delivery.lease = try duration(.workerLease, in: .milliseconds(500) ... .seconds(3600))
        delivery.pollInterval = try duration(.workerPollInterval, in: .milliseconds(100) ... .seconds(3600))
        delivery.backoff = Backoff(
            base: try duration(.workerRetryBase, in: .milliseconds(1) ... .seconds(900)), cap: .seconds(900))
        delivery.giveUpAfter = try duration(.workerGiveUpAfter, in: .seconds(1) ... .seconds(30 * 86400))
        delivery.connections = try integer(.smtpConnections, in: 1...256)
        delivery.linkLifetime = try linkLifetime()
        delivery.perAccountInterval = try duration(.perAccountInterval, in: .zero ... .seconds(86400))
        delivery.retentionDays = try retentionDays()
        delivery.auditDays = try integer(.retentionAuditDays, in: 8...36_500)
        delivery.shadow = try shadow()
        delivery.perAccountHourly = try integer(.perAccountHourly, in: 0...1_000_000)
        return delivery
    }

    func linkLifetime() throws -> Duration {
        try duration(.linkLifetime, in: .seconds(1) ... .seconds(86400))
    }

    func shadow() throws -> ShadowFolder? {
        guard let path = try text(.workerShadow) else { return nil }
        let owner = standsInForUnit && geteuid() == 0 ? UnitCredentials.daemonUser ?? 0 : geteuid()
        do throws(ShadowFolderError) { return try ShadowFolder(path, of: owner) } catch {
            throw SettingError(.workerShadow, "\(path): \(error.description)")
        }
    }

    func composer(for delivery: DeliverySettings, of brands: Brands, in languages: Languages) throws -> Composer {
        Composer(
            sender: delivery.sender, templates: try mailTemplates(), brands: brands, languages: languages,
            linkBase: delivery.linkBase)
    }

    func minimumPasswordLength() throws -> Int {
        try integer(.passwordMinimumLength, in: 1...256)
    }

    /// Nil where no list is named. Each call opens it: once for the whole of a run is enough.
    func breachedPasswords() throws -> BreachedPasswords? {
        guard let path = try text(.passwordBreachedFile) else { return nil }
        do throws(BreachedPasswordsError) { return try BreachedPasswords(path: path) } catch {
            throw SettingError(.passwordBreachedFile, "\(path) \(error.description)")
        }
    }

    func stateDirectory() throws -> String? {
        try text(.stateDirectory) ?? variable("STATE_DIRECTORY")
    }

    /// What is wrong or missing, each once. Of what one part of the daemon is told beside its relay, sender, base and keys,
    /// the first.
    func complaints() -> [any Error] {
        let questions: [() throws -> Void] = [
            { _ = try relay() }, { _ = try sender() }, { _ = try base() }, { _ = try keys() }, { _ = try delivery() },
            { _ = try brands() }, { _ = try languages() }, { _ = try mailTemplates() }, { _ = try web() },
            { _ = try webLimits() }, { _ = try operationsAddress() }, { try requireReadableRest() },
        ]
        var complaints: [any Error] = []
        for question in questions {
            do { try question() } catch {
                if !complaints.contains(where: { "\($0)" == "\(error)" }) { complaints.append(error) }
            }
        }
        return complaints
    }

    /// What no part of the daemon needs by itself.
    func requireReadableRest() throws {
        _ = try database()
        _ = try notifications()
        _ = try choice(.passwordHash, as: HashFormat.self)
        _ = try breachedPasswords()
        _ = try choice(.logFormat, as: LogFormat.self)
        _ = try choice(.logAddresses, as: LogAddresses.self)
        _ = try choice(.logLevel, as: Logger.Level.self)
        _ = try lockout()
        _ = try retentionDays()
        if let path = try stateDirectory(), unsafe access(path, W_OK) != 0 {
            throw SettingError(.stateDirectory, "\(path) is no folder that this user may write")
        }
    }

    func retentionDays() throws -> Int {
        try integer(.retentionDays, in: 8...36_500)
    }
}

private enum DatabaseSecurity: String, CaseIterable {
    case required
    case off
}
