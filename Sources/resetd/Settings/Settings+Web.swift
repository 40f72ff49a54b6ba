import Operations
import PasswordReset
import Web

/// What the listeners are told: of pages, and of health and metrics.
extension Settings {
    func web() throws -> WebSettings {
        WebSettings(
            linkBase: try base(),
            listen: try listenAddress(),
            trustedProxies: try trustedProxies(),
            maxConnections: try integer(.webMaxConnections, in: 1...1_000_000),
            minimumPasswordLength: try minimumPasswordLength(),
            brands: try brands(),
            looks: try looks(),
            signInURLs: try signInURLs())
    }

    func webLimits() throws -> (perClient: Int, total: Int) {
        (try integer(.perClientMinute, in: 0...1_000_000), try integer(.totalMinute, in: 0...10_000_000))
    }

    func operationsAddress() throws -> OperationsAddress {
        let text = try required(.opsListen)
        guard let address = OperationsAddress(text) else {
            throw SettingError.malformed(.opsListen, text, expected: "host:port, unix:/path or off")
        }
        return address
    }

    /// A socket that systemd hands over comes before the address, which `resetd.socket` replaces.
    private func listenAddress() throws -> ListenAddress {
        let address = try value(.webListen, ListenAddress.init)
        return SystemdSocket.isPassed && address != .off ? .systemd : address
    }

    private func trustedProxies() throws -> TrustedProxies {
        guard let text = try text(.webTrustedProxies) else { return .none }
        let entries = text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
        do throws(TrustedProxiesError) { return try TrustedProxies(entries) } catch {
            throw SettingError(.webTrustedProxies, error.description)
        }
    }
}
