/// An address of either family; an IPv4 one is kept as IPv6 maps it (RFC 4291, 2.5.5.2), so that both compare as numbers.
package struct IPAddress: Sendable, Hashable {
    let bits: UInt128

    private static let mapped: UInt128 = 0xFFFF << 32

    init(bits: UInt128) {
        self.bits = bits
    }

    /// Nil for whatever is not an address alone: no port, no brackets, no zone, no leading zeros in IPv4.
    package init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.version6(text) else { return nil }
            self.bits = bits
        } else {
            guard let bits = Self.version4(text) else { return nil }
            self.bits = Self.mapped | UInt128(bits)
        }
    }

    var isVersion4: Bool { bits >> 32 == 0xFFFF }

    /// What is counted as one client: an IPv4 address, or the /64 that a single IPv6 customer has at the least.
    var client: IPAddress {
        isVersion4 ? self : IPAddress(bits: bits & ~UInt128(UInt64.max))
    }

    private static func version4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let byte = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        return bits
    }

    private static func version6(_ text: some StringProtocol) -> UInt128? {
        guard let gap = text.firstRange(of: "::") else {
            guard let all = groups(text, isEnd: true), all.count == 8 else { return nil }
            return number(all)
        }
        guard let head = groups(text[..<gap.lowerBound], isEnd: false),
            let tail = groups(text[gap.upperBound...], isEnd: true),
            head.count + tail.count < 8
        else { return nil }
        return number(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// The 16-bit groups of one side of `::`; the last of all may be written as IPv4.
    private static func groups(_ text: some StringProtocol, isEnd: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains("."), let bits = version4(part) {
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    /// As `inet` reads it; groups of zeros are written out.
    package var description: String {
        if isVersion4 {
            return (0..<4).reversed().map { String(UInt8(truncatingIfNeeded: bits >> ($0 * 8))) }.joined(separator: ".")
        }
        return (0..<8).reversed().map { String(UInt16(truncatingIfNeeded: bits >> ($0 * 16)), radix: 16) }
            .joined(separator: ":")
    }
}
