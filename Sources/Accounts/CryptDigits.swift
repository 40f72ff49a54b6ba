/// Numbers in the alphabet of crypt(5), `./0-9A-Za-z`, as the settings of scrypt and yescrypt have them.
struct CryptDigits {
    private(set) var rest: ArraySlice<UInt8>

    init(_ field: [UInt8]) {
        rest = field[...]
    }

    static func value(of character: UInt8) -> UInt64? {
        switch character {
        case UInt8(ascii: "."): 0
        case UInt8(ascii: "/"): 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0")) + 2
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt64(character - UInt8(ascii: "A")) + 12
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt64(character - UInt8(ascii: "a")) + 38
        default: nil
        }
    }

    mutating func digit() -> UInt64? {
        rest.popFirst().flatMap(Self.value)
    }

    /// Five digits, the least first: 30 bits.
    mutating func fixed() -> UInt64? {
        var number: UInt64 = 0
        for place in 0..<5 {
            guard let digit = digit() else { return nil }
            number |= digit << UInt64(6 * place)
        }
        return number
    }

    /// One to six digits, of which the first tells how many follow (`decode64_uint32` in yescrypt-common.c).
    ///
    /// - Parameter least: what the shortest form stands for.
    mutating func number(from least: UInt64) -> UInt64? {
        guard let first = digit() else { return nil }
        var number = least
        var start: UInt64 = 0
        var end: UInt64 = 47
        var bits: UInt64 = 0
        while first > end {
            number += (end + 1 - start) << bits
            start = end + 1
            end = start + (62 - end) / 2
            bits += 6
        }
        number += (first - start) << bits
        while bits > 0 {
            guard let digit = digit() else { return nil }
            bits -= 6
            number += digit << bits
        }
        return number <= UInt64(UInt32.max) ? number : nil
    }
}
