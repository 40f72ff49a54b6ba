internal import HTTPTypes
internal import NIOCore

/// Who is at the other end of the connection.
enum Peer: Sendable, Equatable {
    case ip(IPAddress)
    /// A Unix socket, or a channel of a test: a process of this host.
    case local

    init(_ address: SocketAddress?) {
        self = address?.ipAddress.flatMap { IPAddress($0) }.map { .ip($0) } ?? .local
    }
}

/// Whose request it is: the peer, or the client that a trusted proxy names.
enum ClientAddress {
    /// The rightmost address that no trusted proxy of ours is, read from the right: a client can write anything on the
    /// left of what our proxies append. An entry that is no address ends the reading at the hop before it.
    ///
    /// - Returns: nil for a process of this host that names nobody.
    static func find(peer: Peer, forwarded: [String], trusted: TrustedProxies) -> IPAddress? {
        var client: IPAddress?
        switch peer {
        case .local: guard trusted.unix else { return nil }
        case .ip(let address):
            client = address
            guard trusted.contains(address) else { return client }
        }
        for entry in forwarded.flatMap(entries).reversed() {
            guard let hop = address(entry.trimmingSpaces) else { return client }
            client = hop
            guard trusted.contains(hop) else { return client }
        }
        return client
    }

    /// By bytes: some letters (U+0604) make one character with the comma after them, and a client that ends its own header
    /// with one would hide what our proxy appends.
    private static func entries(_ header: String) -> [Substring] {
        header.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Some proxies append the port, with brackets about an IPv6 address.
    private static func address(_ text: Substring) -> IPAddress? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        if let address = IPAddress(text) { return address }
        guard let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") else { return nil }
        return IPAddress(text[..<colon])
    }
}

extension HTTPField.Name {
    static let forwardedFor = named("X-Forwarded-For")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let referrerPolicy = named("Referrer-Policy")

    /// A name that the program itself writes, so that it is one.
    static func named(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("no header name: \(name)") }
        return name
    }
}
