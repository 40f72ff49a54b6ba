/// `web.trustedProxies`: the peers whose `X-Forwarded-For` is believed; everybody else's is ignored.
package struct TrustedProxies: Sendable, Equatable {
    /// Nobody: the peer is the client.
    package static let none = TrustedProxies(networks: [], unix: false)

    private struct Network: Equatable {
        let bits: UInt128
        let mask: UInt128
    }

    private let networks: [Network]
    /// Whether whoever can reach the Unix socket is a proxy of ours.
    let unix: Bool

    private init(networks: [Network], unix: Bool) {
        self.networks = networks
        self.unix = unix
    }

    /// Entries such as `10.1.0.0/16`, `2001:db8::1` or `unix`; spaces about an entry do not count.
    ///
    /// - Throws: ``TrustedProxiesError`` for anything else, also for a network with bits set after its length: whoever
    ///   wrote `10.1.2.3/8` may have meant something narrower.
    package init(_ entries: [String]) throws(TrustedProxiesError) {
        var networks: [Network] = []
        var unix = false
        for entry in entries {
            let entry = entry.trimmingSpaces
            if entry == "unix" {
                unix = true
            } else if let network = Self.network(entry) {
                networks.append(network)
            } else {
                throw TrustedProxiesError(entry: String(entry))
            }
        }
        self.init(networks: networks, unix: unix)
    }

    func contains(_ address: IPAddress) -> Bool {
        networks.contains { address.bits & $0.mask == $0.bits }
    }

    private static func network(_ text: Substring) -> Network? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        var length = 128
        if parts.count == 2 {
            let most = address.isVersion4 ? 32 : 128
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let given = Int(parts[1]), given <= most
            else { return nil }
            length = 128 - most + given
        }
        let mask = length == 0 ? 0 : UInt128.max << (128 - length)
        guard address.bits & ~mask == 0 else { return nil }
        return Network(bits: address.bits, mask: mask)
    }
}

/// An entry of `web.trustedProxies` that names nobody.
package struct TrustedProxiesError: Error, Equatable, CustomStringConvertible {
    /// As it was written.
    package let entry: String

    /// For the line that names the setting.
    package var description: String {
        "expected addresses or networks such as 10.1.0.0/16 or 2001:db8::1, or unix; not \(entry)"
    }
}

extension StringProtocol {
    /// Without the white space of HTTP (RFC 9110, 5.6.3) at both ends.
    var trimmingSpaces: SubSequence {
        guard let first = firstIndex(where: { $0 != " " && $0 != "\t" }),
            let last = lastIndex(where: { $0 != " " && $0 != "\t" })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
