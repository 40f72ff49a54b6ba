import Dispatch
import Foundation
import NIOConcurrencyHelpers

@testable import Operations
@testable import PasswordReset
@testable import Postgres
@testable import Presentation
@testable import SMTP
@testable import Web
@testable import resetd

extension FuzzTarget {
    /// What operators write, into files and into the environment.
    static let setting = FuzzTarget(
        "setting", longest: 400,
        words: [
            "https://", "http://", "localhost", "127.0.0.1:", "[::1]:", "unix:/", "smtp://", "smtps://", "ms", "30d",
            "postgresql://", "sslmode=verify-full", "host=", "#1d5fb4", "data:image/png;base64,", "<svg", "10.0.0.0/8",
            "smtp:\n  url: ", "link.base: ",
        ]
    ) { input in
        let text = String(decoding: input, as: UTF8.self)
        guard !text.utf8.contains(0) else { return }
        try durations(text)
        try urls(text)
        try listeners(text)
        try looks(text)
        try database(text)
        try numbers(text)
        try file(text)
    }

    private static func durations(_ text: String) throws {
        guard let duration = Duration(setting: text) else { return }
        try require(duration >= .zero, "no duration is below nothing")
        try require(Duration(setting: duration.setting) == duration, "a duration is read as it is written")
    }

    private static func urls(_ text: String) throws {
        if let base = try? LinkBase(text) {
            try require(try LinkBase(base.text) == base, "a base is read as it is written")
            try require(base.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C }, "it is a URL")
            try require(!base.text.hasSuffix("/") && isSame(base.text, base.origin + base.path), "a path may follow")
            try require(base.isSecure || base.origin.hasPrefix("http://"), "no other scheme")
            let url = try require(URL(string: base.text), "Foundation takes it for a URL")
            try require(url.user == nil && url.query == nil && url.fragment == nil, "a base is origin and path")
        }
        do {
            let relay = try RelayURL(text)
            try require(try RelayURL(relay.description) == relay, "a relay is read as it is written")
            try require((1...65535).contains(relay.port) && !relay.host.isEmpty, "a host and a port")
            let isPlain = relay.host.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && !"/?#@\\%<>\"[]".utf8.contains($0)
            }
            try require(isPlain, "a host is a host alone")
        } catch let error as RelayURLError {
            try require(text.utf8.count < 12 || !error.description.contains(text), "an error quotes no URL")
        }
    }

    private static func listeners(_ text: String) throws {
        if let address = try? ListenAddress(text), case .tcp(let host, let port) = address {
            let written = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            try require(try ListenAddress(written) == address, "an address is read as it is written")
        }
        if let address = OperationsAddress(text) {
            try require(OperationsAddress(address.description) == address, "an address is read as it is written")
        }
        if let proxies = try? TrustedProxies(text.split(separator: ",").map(String.init)) {
            let stranger = IPAddress(bits: .max)
            try require(
                !proxies.contains(stranger) || text.contains("/") || text.contains(":"), "nobody is trusted unnamed")
        }
    }

    private static func looks(_ text: String) throws {
        if let colour = Colour(text) {
            try require(Colour(colour.hex)?.hex == colour.hex, "a colour is read as it is written")
            try require(colour.readable(on: .white).contrast(with: .white) >= 4.5, "text can be read")
        }
        if let logo = try? Logo(text) {
            try require(try Logo(logo.dataURL).bytes == logo.bytes, "a logo is read as it is written")
        }
        if let url = Support(text).url {
            let schemes = ["https://", "http://", "mailto:", "tel:"]
            try require(schemes.contains(where: url.hasPrefix) && !url.contains(where: \.isWhitespace), "a link is one")
        }
    }

    /// Its URL may hold a password, and errors are shown.
    private static func database(_ text: String) throws {
        do throws(DatabaseSettingError) { try Database(url: text).validate() } catch {
            if case .unverified(let host) = error, !host.hasPrefix("service "), host != "another host" {
                try require(!host.contains(where: { "@/?&=% ".contains($0) }), "what an error names is a host")
            }
        }
    }

    private static func numbers(_ text: String) throws {
        let settings = try settings([
            "RESETD_SMTP_CONNECTIONS": text, "RESETD_DATABASE_POOLED": text, "RESETD_SMTP_TLS": text,
            "RESETD_SMTP_TIMEOUT": text, "RESETD_LINK_KEYS": text,
        ])
        if let number = try? settings.integer(.smtpConnections, in: 1...256) {
            try require((1...256).contains(number), "a number is in its range")
            try require(text.isEmpty || text.contains("\(number)"), "a number is the one that is written")
        }
        if let flag = try? settings.flag(.databasePooled) {
            try require(text.isEmpty || text.hasPrefix("\(flag)"), "a flag is true or false")
        }
        if let choice = try? settings.choice(.smtpTLS, as: TransportSecurity.self) {
            try require(text.isEmpty || text.hasPrefix(choice.rawValue), "a choice is one of its words")
        }
        if let duration = try? settings.duration(.smtpTimeout, in: .milliseconds(100) ... .seconds(600)) {
            try require(duration >= .milliseconds(100) && duration <= .seconds(600), "a duration is in its range")
        }
        do { _ = try settings.keys() } catch {
            try require(text.utf8.count < 24 || !"\(error)".contains(text), "an error quotes no secret")
        }
    }

    /// A file that says nothing, in place of this machine's; not an empty one, for each reading of which Foundation loses 4 KB.
    private static let nothing = {
        let file = FileManager.default.temporaryDirectory.appending(path: "resetd-fuzzing.yaml")
        guard FileManager.default.createFile(atPath: file.path, contents: Data("# nothing\n".utf8)) else {
            preconditionFailure("no file of settings")
        }
        return file.path
    }()

    /// Reading settings is asynchronous, and the fuzzer is not.
    private static func settings(_ environment: [String: String]) throws -> Settings {
        let done = DispatchSemaphore(value: 0)
        let made = NIOLockedValueBox<Result<Settings, any Error>?>(nil)
        Task {
            let settings: Result<Settings, any Error>
            do { settings = .success(try await Settings(file: nothing, environment: environment)) } catch {
                settings = .failure(error)
            }
            made.withLockedValue { $0 = settings }
            done.signal()
        }
        done.wait()
        return try require(made.withLockedValue(\.self), "settings are there").get()
    }

    /// The YAML file; its errors name lines and keys.
    private static func file(_ text: String) throws {
        do { _ = try SettingsFile.requireKnownKeys(text, file: "resetd.yaml") } catch {
            try require(error is SettingError, "a broken file is an error of the settings: \(type(of: error))")
        }
    }
}
