import Foundation
import PasswordReset
import TestSupport
import Testing

@testable import resetd

/// Wrong settings end with exit code 78 and one line that names what is wrong.
@Suite(.timeLimit(.minutes(5)))
struct SettingsTests {
    private static let good = [
        "RESETD_SMTP_URL": "smtp://127.0.0.1:9", "RESETD_SMTP_TLS": "off",
        "RESETD_MAIL_FROM": "Support <support@example.org>", "RESETD_LINK_BASE": "http://127.0.0.1:8080",
        "RESETD_LINK_KEYS": "1:\(String(repeating: "A", count: 42))E",
    ]

    @Test(arguments: [
        ("RESETD_SMTP_URL", "", "smtp.url"), ("RESETD_SMTP_URL", "http://x", "smtp.url"),
        ("RESETD_MAIL_FROM", "nobody", "mail.from"), ("RESETD_LINK_BASE", "http://example.org", "link.base"),
        ("RESETD_LINK_KEYS", "1:secretsecret", "link.keys"), ("RESETD_LINK_KEYS", "", "link.keys"),
        ("RESETD_LINK_LIFETIME", "25h", "link.lifetime"), ("RESETD_LINK_LIFETIME", "60", "link.lifetime"),
        ("RESETD_SMTP_TLS", "maybe", "smtp.tls"), ("RESETD_SMTP_CONNECTIONS", "0", "smtp.connections"),
        ("RESETD_WEB_LISTEN", "8080", "web.listen"),
        ("RESETD_WEB_TRUSTED_PROXIES", "10.0.0.0/33", "web.trustedProxies"),
        ("RESETD_PASSWORD_HASH", "md5", "password.hash"),
        ("RESETD_PASSWORD_BREACHED_FILE", "/nonexistent", "password.breachedFile"),
        ("RESETD_PASSWORD_BREACHED_FILE", "/etc/passwd", "password.breachedFile"),
        ("RESETD_SMTP_USERNAME", "me", "smtp.username"),
        ("RESETD_DATABASE_URL", "postgresql://db.example.org/x", "database.url"),
        ("RESETD_WORKER_BATCH", "many", "worker.batch"),
        ("RESETD_LIMITS_PER_ACCOUNT_INTERVAL", "-1s", "limits.perAccountInterval"),
        ("RESETD_MAIL_TEMPLATES", "/nonexistent", "mail.templates"), ("RESETD_LOG_LEVEL", "loud", "log.level"),
        ("RESETD_MAIL_LOCALE", "tlh", "mail.locale"), ("RESETD_BRAND_COLOUR", "red", "brand.colour"),
        ("RESETD_BRAND_CONTACT_COLOUR", "#12", "brand.contact.colour"), ("RESETD_BRAND_LOGO", "logo.png", "brand.logo"),
        ("RESETD_WEB_SIGN_IN_URL_USER", "www.example.org", "web.signInURL.user"),
    ])
    func `a wrong setting is refused by name`(variable: String, value: String, key: String) async throws {
        let result = try await BuiltProgram.run("serve", environment: Self.good.merging([variable: value]) { $1 })
        #expect(result.code == 78)
        #expect(result.errors.hasPrefix("resetd: \(key) (\(variable)"))
        #expect(result.errors.split(separator: "\n").count == 1)
        if value.contains("secret") { #expect(!result.errors.contains(value)) }
    }

    @Test(arguments: [
        ("smpt:\n  url: x\n", "line 1: there is no setting smpt"),
        ("smtp:\n  url: smtp://x:25\n  tsl: off\n", "line 3: there is no setting smtp.tsl"),
        ("smtp: yes\n", "smtp expects keys"), ("smtp:\n  url: [", "is not YAML"), ("- a\n", "expected keys"),
    ])
    func `a file with an unknown key or another form is refused with its line`(text: String, words: String) async throws
    {
        let folder = try TemporaryFolder()
        let file = try folder.file("resetd.yaml", text)
        let result = try await BuiltProgram.run("serve", "--config", file.path, environment: Self.good)
        #expect(result.code == 78)
        #expect(result.errors.contains(words))
        #expect(result.errors.contains(file.path))
    }

    @Test func `a file that is asked for and is not there is refused`() async throws {
        let result = try await BuiltProgram.run("serve", "--config", "/nonexistent.yaml")
        #expect(result.code == 78)
    }

    @Test func `environment beats credentials beats file beats default`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file(
            "resetd.yaml", "smtp:\n  password: file\n  username: file\n  heloName: file\n  connections: 3\n")
        let credentials = try TemporaryFolder()
        _ = try credentials.file("smtp-password", "credential\n", mode: 0o440)
        _ = try credentials.file("smtp-username", "credential", mode: 0o440)
        let settings = try await Settings(
            file: file.path,
            environment: ["CREDENTIALS_DIRECTORY": credentials.url.path, "RESETD_SMTP_PASSWORD": "environment"])
        #expect(try settings.text(.smtpPassword) == "environment")
        #expect(try settings.text(.smtpUsername) == "credential")
        #expect(try settings.text(.smtpHeloName) == "file")
        #expect(try settings.integer(.smtpConnections, in: 1...9) == 3)
        #expect(try settings.text(.workerBatch) == "256")
        #expect(settings.secretsInEnvironment.map(\.name) == ["smtp.password"])
    }

    @Test func `a URL of the database is a secret in the environment where it holds a password`() async throws {
        let open = try await Settings(
            file: nil,
            environment: [
                "RESETD_DATABASE_URL": "postgresql://resetd:word@/site",
                "RESETD_DATABASE_LISTEN_URL": "postgresql:///site",
            ])
        #expect(open.secretsInEnvironment.map(\.name) == ["database.url"])
        let listening = try await Settings(
            file: nil,
            environment: [
                "RESETD_DATABASE_URL": "host=/tmp dbname=site",
                "RESETD_DATABASE_LISTEN_URL": "dbname=site password=word",
            ])
        #expect(listening.secretsInEnvironment.map(\.name) == ["database.listenURL"])
    }

    @Test func `the unit's credentials stand in for the folder that systemd makes of them`() async throws {
        let store = try TemporaryFolder()
        _ = try store.file("resetd.smtp-password", "from the store\n")
        let url = try store.file("resetd.database-url", "postgresql:///site\n")
        let folder = try TemporaryFolder()
        let file = try folder.file("resetd.yaml", "smtp:\n  password: file\n")
        let path = store.url.path
        let root = try await Settings(file: file.path, environment: [:], credstores: [folder.url.path, path])
        #expect(try root.text(.smtpPassword) == "from the store")
        #expect(try root.text(.databaseURL) == "postgresql:///site")
        #expect(try root.text(.linkKeys) == nil)
        let chosen = ["RESETD_SMTP_PASSWORD": "environment"]
        #expect(
            try await Settings(file: nil, environment: chosen, credstores: [folder.url.path, path]).text(.smtpPassword)
                == "environment")
        let unit = ["CREDENTIALS_DIRECTORY": folder.url.path]
        #expect(
            try await Settings(file: file.path, environment: unit, credstores: [folder.url.path, path]).text(
                .smtpPassword) == "file")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: url.path)
        await #expect(throws: SettingError.self) {
            try await Settings(file: nil, environment: [:], credstores: [folder.url.path, path])
        }
    }

    @Test func `a key file or credential that others can read is refused`() async throws {
        let folder = try TemporaryFolder()
        let ring = "1:\(String(repeating: "A", count: 42))E\n"
        let open = try folder.file("open", ring, mode: 0o640)
        await #expect(throws: SettingError.self) {
            try await Settings(file: nil, environment: ["RESETD_LINK_KEYS_FILE": open.path]).keys()
        }
        let closed = try folder.file("closed", ring)
        #expect(try await Settings(file: nil, environment: ["RESETD_LINK_KEYS_FILE": closed.path]).keys().ids == [1])
        let credentials = try TemporaryFolder()
        let credential = try credentials.file("link-keys", ring, mode: 0o440)
        let environment = ["CREDENTIALS_DIRECTORY": credentials.url.path]
        #expect(try await Settings(file: nil, environment: environment).keys().ids == [1])
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: credential.path)
        await #expect(throws: SettingError.self) { try await Settings(file: nil, environment: environment) }
    }

    @Test func `a list of breached passwords is opened where one is named`() async throws {
        #expect(try await Settings(file: nil, environment: [:]).breachedPasswords() == nil)
        let folder = try TemporaryFolder()
        let name = SettingKey.passwordBreachedFile.variable
        // printf password1234 | sha1sum
        let list = try folder.file("list", "E6B6AFBD6D76BB5D2041542D7D2E3FAC5BB05593:4711\r\n")
        let settings = try await Settings(file: nil, environment: [name: list.path])
        #expect(try settings.breachedPasswords() != nil)
        let empty = try folder.file("empty")
        await #expect(throws: SettingError.self) {
            try await Settings(file: nil, environment: [name: empty.path]).breachedPasswords()
        }
    }

    @Test(arguments: [("250ms", 250), ("30s", 30_000), ("10m", 600_000), ("6h", 21_600_000), ("7d", 604_800_000)])
    func `durations are a number and a unit`(text: String, milliseconds: Int64) {
        #expect(Duration(setting: text) == .milliseconds(milliseconds))
        #expect(Duration(setting: text)?.setting == text)
    }

    @Test(arguments: ["", "30", "s", "1.5h", "-1s", " 1s", "1 s", "1w", "99999999999999999d"])
    func `anything else is no duration`(text: String) {
        #expect(Duration(setting: text) == nil)
    }
}
