/// `web.listen`: where people and proxies connect.
package enum ListenAddress: Sendable, Equatable {
    /// `off`: no public listener.
    case off
    /// `127.0.0.1:8080`, `[::1]:8080`, `name:8080`; port 0 takes any that is free.
    case tcp(host: String, port: Int)
    /// `unix:/path`.
    case unix(path: String)
    /// `systemd`: the first socket that the service manager passed (sd_listen_fds(3)).
    case systemd

    /// Longest path that fits `sun_path` with its final zero (unix(7)).
    private static let longestPath = 107

    /// Reads a setting; whether the address can be had shows only when it is listened on.
    package init(_ text: String) throws(ListenAddressError) {
        switch text {
        case "off": self = .off
        case "systemd": self = .systemd
        case _ where text.hasPrefix("unix:"):
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else {
                throw ListenAddressError()
            }
            self = .unix(path: path)
        default:
            guard let colon = text.lastIndex(of: ":") else { throw ListenAddressError() }
            let digits = text[text.index(after: colon)...]
            var host = text[..<colon]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
                throw ListenAddressError()
            }
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
                guard IPAddress(host) != nil else { throw ListenAddressError() }
            } else {
                guard !host.contains(":") else { throw ListenAddressError() }
            }
            guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw ListenAddressError() }
            self = .tcp(host: String(host), port: Int(port))
        }
    }
}

/// A text that is no address to listen on.
package struct ListenAddressError: Error, Equatable, CustomStringConvertible {
    /// For the line that names the setting.
    package var description: String {
        "expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, unix:/PATH, systemd, or off"
    }
}

/// The pages cannot be served where the settings say.
package struct ListenFailure: Error, CustomStringConvertible {
    let address: ListenAddress
    let reason: String

    package var description: String {
        let place =
            switch address {
            case .off: "off"
            case .tcp(let host, let port): "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            case .systemd: "systemd's socket"
            }
        return "web.listen: cannot listen on \(place): \(reason)"
    }
}
