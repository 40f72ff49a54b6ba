/// The forms of crypt(5), read before crypt(3) computes anything: what is cut short, garbled or absurd is told here.
enum CryptSetting {
    /// A higher cost takes many seconds.
    private static let maximumBcryptCost = 15
    /// A second or so of sha512crypt.
    private static let maximumRounds = 2_000_000
    /// 256 MiB, in the blocks of 128 bytes that scrypt counts in.
    private static let maximumBlocks: UInt64 = 1 << 21
    private static let maximumLanes: UInt64 = 16
    private static let maximumPasses: UInt64 = 16

    static func isSane(_ hash: String) -> Bool {
        let fields = hash.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).map(Array.init)
        guard fields.count >= 4, fields[0].isEmpty else { return false }
        let rest = Array(fields[2...])
        switch String(decoding: fields[1], as: UTF8.self) {
        case "2a", "2b", "2y": return isBcrypt(rest)
        case "5": return isSHACrypt(rest, digest: 43)
        case "6": return isSHACrypt(rest, digest: 86)
        case "7": return isScrypt(rest)
        case "y": return isYescrypt(rest)
        default: return false
        }
    }

    /// `cost$salt-and-digest`
    private static func isBcrypt(_ fields: [[UInt8]]) -> Bool {
        guard fields.count == 2, fields[0].count == 2, let cost = decimal(fields[0]) else { return false }
        return (4...maximumBcryptCost).contains(cost) && isEncoded(fields[1], count: 53...53)
    }

    /// `salt$digest`, or with `rounds=N$` before.
    private static func isSHACrypt(_ fields: [[UInt8]], digest: Int) -> Bool {
        var fields = fields
        let word = Array("rounds=".utf8)
        if fields[0].starts(with: word) {
            guard let rounds = decimal(fields.removeFirst().dropFirst(word.count)),
                (1...maximumRounds).contains(rounds)
            else { return false }
        }
        // Salts of other programs have had any printable sign in them.
        return fields.count == 2 && fields[0].count <= 16 && fields[0].allSatisfy { (0x21...0x7E).contains($0) }
            && isEncoded(fields[1], count: digest...digest)
    }

    /// `NrrrrrpppppSALT$digest`: N as the power of two that it is.
    private static func isScrypt(_ fields: [[UInt8]]) -> Bool {
        var digits = CryptDigits(fields[0])
        guard fields.count == 2, let power = digits.digit(), let blockSize = digits.fixed(),
            let lanes = digits.fixed()
        else { return false }
        return isBearable(power: power, blockSize: blockSize, lanes: lanes)
            && isEncoded(Array(digits.rest), count: 0...86) && isEncoded(fields[1], count: 43...43)
    }

    /// `parameters$salt$digest`: flavour, N and r, then, where the next number has their bits, p (1) and t (2). What asks
    /// for an upgrade or a ROM (4, 8) cannot be computed by crypt(3).
    private static func isYescrypt(_ fields: [[UInt8]]) -> Bool {
        var digits = CryptDigits(fields[0])
        guard fields.count == 3, digits.number(from: 0) != nil, let power = digits.number(from: 1),
            let blockSize = digits.number(from: 1)
        else { return false }
        var lanes: UInt64 = 1
        if !digits.rest.isEmpty {
            guard let extras = digits.number(from: 1), extras <= 3 else { return false }
            if extras & 1 != 0 {
                guard let number = digits.number(from: 2) else { return false }
                lanes = number
            }
            if extras & 2 != 0 {
                guard let passes = digits.number(from: 1), passes <= maximumPasses else { return false }
            }
        }
        return digits.rest.isEmpty && isBearable(power: power, blockSize: blockSize, lanes: lanes)
            && isEncoded(fields[1], count: 0...86) && isEncoded(fields[2], count: 43...43)
    }

    /// scrypt takes 128 × N × r bytes, p times (RFC 7914, section 2).
    private static func isBearable(power: UInt64, blockSize: UInt64, lanes: UInt64) -> Bool {
        // The power before the shift, and r has at most 32 bits: no product can overflow.
        (1...21).contains(power) && blockSize >= 1 && blockSize << power <= maximumBlocks
            && (1...maximumLanes).contains(lanes)
    }

    private static func isEncoded(_ field: [UInt8], count: ClosedRange<Int>) -> Bool {
        count.contains(field.count) && field.allSatisfy { CryptDigits.value(of: $0) != nil }
    }

    private static func decimal(_ field: some Collection<UInt8>) -> Int? {
        guard field.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(String(decoding: field, as: UTF8.self))
    }
}
