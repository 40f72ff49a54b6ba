internal import Glibc

/// `smtp://host:587` or `smtps://host:465`: scheme, host and port of a relay, and nothing else.
package struct RelayURL: Sendable, Hashable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        /// Begins in the clear; STARTTLS as `smtp.tls` says. RFC 6409: port 587.
        case smtp

        /// TLS from the first byte. RFC 8314, 3.3: port 465.
        case smtps
    }

    package let scheme: Scheme

    /// A name (A-labels where it is international), an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    package let port: Int

    /// Reads `scheme://host` or `scheme://host:port`; an IPv6 address stands in brackets.
    ///
    /// Users, paths, queries, fragments, spaces and control characters are refused: the text goes into a URL that
    /// libcurl reads again, where a path would be taken for the EHLO name.
    package init(_ text: String) throws(RelayURLError) {
        let lowered = text.lowercased()
        guard let scheme = [Scheme.smtps, .smtp].first(where: { lowered.hasPrefix("\($0.rawValue)://") }) else {
            throw RelayURLError("a relay is smtp://host:587 or smtps://host:465")
        }
        let authority = text.dropFirst(scheme.rawValue.count + 3)
        if authority.contains("@") {
            throw RelayURLError("a relay's URL holds no user or password; they have settings of their own")
        }
        if authority.contains(where: { "/?#\\".contains($0) }) {
            throw RelayURLError("a relay's URL ends after the port; a path, query or fragment has no meaning here")
        }
        let (name, port) = try RelayURL.split(authority)
        self.scheme = scheme
        host = name
        self.port = try RelayURL.number(port) ?? (scheme == .smtp ? 587 : 465)
    }

    package var description: String {
        "\(scheme.rawValue)://\(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(port)"
    }

    /// Host and port digits (nil without a colon), the host checked.
    private static func split(_ authority: Substring) throws(RelayURLError) -> (host: String, port: Substring?) {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else {
                throw RelayURLError("the IPv6 address in a relay's URL lacks its closing bracket")
            }
            let address = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            guard isIPv6(address), rest.isEmpty || rest.first == ":" else {
                throw RelayURLError(
                    "what stands in brackets in a relay's URL must be an IPv6 address, then at most :port")
            }
            return (address, rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        guard let host = hostName(name) else {
            throw RelayURLError(
                "the host in a relay's URL must be a name, an IPv4 address or an IPv6 address in brackets")
        }
        return (host, parts.count == 2 ? parts[1] : nil)
    }

    private static func number(_ digits: Substring?) throws(RelayURLError) -> Int? {
        guard let digits else { return nil }
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), (1...65535).contains(port)
        else {
            throw RelayURLError("the port in a relay's URL must be a number from 1 to 65535")
        }
        return port
    }

    private static func hostName(_ name: String) -> String? {
        let host = name.utf8.allSatisfy { $0 < 0x80 } ? name : ASCIIDomain(name)?.text
        guard let host, (1...253).contains(host.utf8.count), host.utf8.first != UInt8(ascii: "-") else { return nil }
        let fits = host.utf8.allSatisfy { ASCIIDomain.isLetterDigitHyphenDot($0) || $0 == UInt8(ascii: "_") }
        return fits ? host : nil
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET6, text, &address) == 1
    }
}

/// Why a text is no relay's URL, in one sentence that does not repeat the text (it may hold a password).
package struct RelayURLError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
