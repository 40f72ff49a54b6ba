/// `link.base`: where people reach the pages. An https origin with an optional path; http on loopback alone.
package struct LinkBase: Sendable, Equatable {
    /// Without a slash at the end, so that `/reset/…` can follow.
    package let text: String
    /// Scheme, host and port as a browser's `Origin` header has them.
    package let origin: String
    /// The path before `/reset/…`; empty when the base is an origin.
    package let path: String

    package var isSecure: Bool { origin.hasPrefix("https:") }

    package init(_ text: String) throws(LinkBaseError) {
        var trimmed = text[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !trimmed.contains(where: { "\"<>\\^`{|}?#@".contains($0) }), let range = trimmed.firstRange(of: "://")
        else { throw .malformed }
        let scheme = trimmed[..<range.lowerBound].lowercased()
        let rest = trimmed[range.upperBound...]
        let authority = rest.prefix { $0 != "/" }.lowercased()
        guard scheme == "https" || scheme == "http", let (host, port) = Self.hostAndPort(authority) else {
            throw .malformed
        }
        guard scheme == "https" || Self.isLoopback(host) else { throw .clear }
        let isDefaultPort = port == nil || port == (scheme == "https" ? 443 : 80)
        path = String(rest.dropFirst(authority.count))
        origin = "\(scheme)://\(host)" + (isDefaultPort ? "" : ":\(port ?? 0)")
        self.text = origin + path
    }

    private static func hostAndPort(_ authority: String) -> (host: String, port: Int?)? {
        let host: Substring
        let tail: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            // The parts of an IPv6 address; a browser judges the rest.
            guard host.contains(":"),
                host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { return nil }
            tail = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            tail = authority[host.endIndex...]
            guard host.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }) else { return nil }
        }
        guard !host.isEmpty else { return nil }
        if tail.isEmpty { return (String(host), nil) }
        guard tail.hasPrefix(":"), tail.dropFirst().allSatisfy(\.isNumber), let port = Int(tail.dropFirst()),
            (1...65535).contains(port)
        else { return nil }
        return (String(host), port)
    }

    private static func isLoopback(_ host: String) -> Bool {
        // Four numbers: a name such as 127.example.org may be anybody's.
        host == "localhost" || host == "[::1]" || host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
    }
}

/// Why a text is no `link.base`.
package enum LinkBaseError: Error, Equatable, CustomStringConvertible {
    case malformed
    case clear

    package var description: String {
        switch self {
        case .malformed: "expected an https URL without query or fragment, such as https://accounts.example.org"
        case .clear: "expected https; http is for loopback addresses alone, since whoever reads the link may redeem it"
        }
    }
}
