/// One key of the settings: its name, its default, and what it means. The one list that the file's checker, the
/// commands and the documents agree with.
struct SettingKey: Sendable {
    let name: String
    /// The text that stands when nobody sets it; nil where there is none.
    let fallback: String?
    /// Never shown, and better kept in the credentials folder than in the environment.
    let isSecret: Bool
    let meaning: String

    init(_ name: String, default fallback: String? = nil, secret: Bool = false, _ meaning: String) {
        self.name = name
        self.fallback = fallback
        isSecret = secret
        self.meaning = meaning
    }

    /// `smtp.caFile` is `RESETD_SMTP_CA_FILE`.
    var variable: String {
        var variable = "RESETD_"
        var previous: Character = "."
        for character in name {
            if character.isUppercase, previous.isLowercase { variable += "_" }
            variable += character == "." ? "_" : character.uppercased()
            previous = character
        }
        return variable
    }

    static let databaseURL = SettingKey(
        "database.url", secret: true, "PostgreSQL URL or key=value string; empty for libpq's defaults and PG* variables"
    )
    static let databaseTLS = SettingKey(
        "database.tls", default: "required", "required: another host only with sslmode=verify-full; off: anything goes")
    static let databasePooled = SettingKey(
        "database.pooled", default: "false", "true behind PgBouncer in transaction mode")
    static let databaseListenURL = SettingKey(
        "database.listenURL", secret: true,
        "URL of a direct connection to LISTEN on, where database.url goes through PgBouncer")
    static let smtpURL = SettingKey("smtp.url", "the relay: smtp://host:587 or smtps://host:465")
    static let smtpUsername = SettingKey("smtp.username", "user name for AUTH; none for no AUTH")
    static let smtpPassword = SettingKey("smtp.password", secret: true, "the password of smtp.username")
    static let smtpTLS = SettingKey("smtp.tls", default: "required", "required, opportunistic or off")
    static let smtpCAFile = SettingKey("smtp.caFile", "bundle of certificate authorities; the system's when not set")
    static let smtpHeloName = SettingKey("smtp.heloName", "name in EHLO; this host's when not set")
    static let smtpConnections = SettingKey("smtp.connections", default: "8", "connections to the relay at once")
    static let smtpTimeout = SettingKey("smtp.timeout", default: "30s", "for connecting, and for each reply")
    static let smtpDotTimeout = SettingKey(
        "smtp.dotTimeout", default: "10m",
        "for the answer to the final dot (RFC 5321); cutting it short makes duplicates")
    static let mailFrom = SettingKey("mail.from", "sender of every mail: Name <address>")
    static let mailTemplates = SettingKey(
        "mail.templates", "folder whose files override the built-in templates and words one by one")
    static let mailLocale = SettingKey(
        "mail.locale", default: "en", "language for whoever asks for none that is spoken, such as de or pt-BR")
    static let linkBase = SettingKey("link.base", "where people reach the pages: https, or http on loopback")
    static let linkLifetime = SettingKey("link.lifetime", default: "1h", "how long a link works, 1s to 24h")
    static let linkKeys = SettingKey(
        "link.keys", secret: true, "the key ring that signs links, as 'resetd keys generate' prints it")
    static let linkKeysFile = SettingKey("link.keysFile", "the path of a file that holds the key ring, mode 0600")
    static let workerBatch = SettingKey("worker.batch", default: "256", "requests that one claim takes")
    static let workerLease = SettingKey(
        "worker.lease", default: "30s", "how long a silent daemon keeps what it claimed")
    static let workerPollInterval = SettingKey(
        "worker.pollInterval", default: "10s", "how often to look for work without a notification")
    static let workerRetryBase = SettingKey(
        "worker.retryBase", default: "30s", "first wait after the recipient's side put a mail off; doubles to 15m")
    static let workerGiveUpAfter = SettingKey("worker.giveUpAfter", default: "6h", "from the first attempt")
    static let workerShadow = SettingKey(
        "worker.shadow", "private folder that mails are written to instead of being sent")
    static let webListen = SettingKey(
        "web.listen", default: "127.0.0.1:8080",
        "address of the pages: host:port, unix:/path, or off; a socket that systemd passes comes first")
    static let webTrustedProxies = SettingKey(
        "web.trustedProxies", "addresses or networks, or unix, whose X-Forwarded-For is believed, apart by commas")
    static let webMaxConnections = SettingKey("web.maxConnections", default: "4096", "connections to the pages at once")
    static let opsListen = SettingKey(
        "ops.listen", default: "127.0.0.1:9090", "address of health and metrics: host:port, unix:/path, or off")
    static let perAccountInterval = SettingKey(
        "limits.perAccountInterval", default: "60s", "least time between two links to one account; 0s for none")
    static let perAccountHourly = SettingKey(
        "limits.perAccountHourly", default: "5", "links to one account in an hour; 0 is no limit")
    static let perClientMinute = SettingKey(
        "limits.perClientMinute", default: "30", "posts a minute from one client address to each form; 0 is no limit")
    static let totalMinute = SettingKey(
        "limits.totalMinute", default: "0", "web requests for a link a minute in all; 0 is no limit")
    static let passwordMinimumLength = SettingKey(
        "password.minimumLength", default: "12", "characters that a new password needs")
    static let passwordHash = SettingKey("password.hash", default: "argon2id", "form of new hashes: argon2id or bcrypt")
    static let passwordBreachedFile = SettingKey(
        "password.breachedFile", "list of breached passwords, as Have I Been Pwned gives it out ordered by hash")
    static let lockoutFailures = SettingKey(
        "lockout.failures", default: "10", "wrong passwords or PINs that lock an account")
    static let lockoutDuration = SettingKey(
        "lockout.duration", default: "15m", "how long it stays locked; 0s: until an administrator unlocks it")
    static let stateDirectory = SettingKey(
        "state.directory", "folder of what outlives the daemon; systemd's $STATE_DIRECTORY when not set")
    static let retentionDays = SettingKey(
        "retention.days", default: "90", "days that settled requests are kept, 8 at least")
    static let retentionAuditDays = SettingKey(
        "retention.auditDays", default: "730", "days that the audit trail is kept, 8 at least")
    static let logFormat = SettingKey("log.format", default: "logfmt", "logfmt or json")
    static let logAddresses = SettingKey(
        "log.addresses", default: "masked", "masked (m•••@example.org) or full: mail addresses in the log")
    static let logLevel = SettingKey(
        "log.level", default: "info", "trace, debug, info, notice, warning, error or critical")

    static let all =
        [
            databaseURL, databaseTLS, databasePooled, databaseListenURL,
            smtpURL, smtpUsername, smtpPassword, smtpTLS, smtpCAFile, smtpHeloName, smtpConnections, smtpTimeout,
            smtpDotTimeout,
            mailFrom, mailTemplates, mailLocale,
            linkBase, linkLifetime, linkKeys, linkKeysFile,
            workerBatch, workerLease, workerPollInterval, workerRetryBase, workerGiveUpAfter,
            workerShadow,
            webListen, webTrustedProxies, webMaxConnections,
        ] + signInURLs + [
            opsListen,
            perAccountInterval, perAccountHourly, perClientMinute, totalMinute,
            passwordMinimumLength, passwordHash, passwordBreachedFile, lockoutFailures, lockoutDuration,
            stateDirectory, retentionDays, retentionAuditDays,
        ] + brand.all + brands.flatMap(\.1.all) + [logFormat, logAddresses, logLevel]
}
