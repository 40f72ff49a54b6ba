/// Where a listener listens, as the settings write it.
package enum OperationsAddress: Sendable, Equatable, CustomStringConvertible {
    /// A TCP address; port 0 lets the system choose one.
    case tcp(host: String, port: Int)
    /// A Unix socket at an absolute path.
    case unix(path: String)
    /// No listener.
    case off

    /// Reads `127.0.0.1:9090`, `[::1]:9090`, `name:9090`, `unix:/path` or `off`.
    ///
    /// Nil for anything else: a port that is missing or over 65535, a path that is not absolute or longer than a socket
    /// address holds (107 bytes, unix(7)), an IPv6 address without brackets.
    package init?(_ text: String) {
        if text == "off" {
            self = .off
            return
        }
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard path.hasPrefix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(where: { ":[]".contains($0) }) {
            return nil
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && !$0.isWhitespace && $0 != "/" }) else { return nil }
        // Int("+80") is 80: only digits are a port.
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65535
        else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    /// As the settings write it.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .off: "off"
        }
    }
}
