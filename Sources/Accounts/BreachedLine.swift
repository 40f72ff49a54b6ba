/// One line of a list of breached passwords: 40 hex digits, a colon, a count.
struct BreachedLine {
    /// The digest, the colon, the twenty digits that a 64-bit count can have, CR and LF: 63.
    static let maximumLength = 64
    private static let digestLength = 40

    /// In the file: of its first byte, and behind its end.
    let start: Int
    let end: Int
    let digest: [UInt8]

    /// The line that has the byte at `place` of `bytes`, or nil when it is none.
    ///
    /// - Parameters:
    ///   - offset: where `bytes` begin in the file; they reach ``maximumLength`` to both sides of `place`, or to its ends.
    ///   - fileSize: where a last line without an end has it.
    init?(around place: Int, of bytes: [UInt8], from offset: Int, fileSize: Int) {
        let feed = UInt8(ascii: "\n")
        let first: Int
        if let before = bytes[..<place].lastIndex(of: feed) {
            first = before + 1
        } else if offset == 0 {
            first = 0
        } else {
            return nil
        }
        var content = bytes[first...]
        if let last = bytes[place...].firstIndex(of: feed) {
            end = offset + last + 1
            content = content[..<last]
        } else if offset + bytes.count == fileSize {
            end = fileSize
        } else {
            return nil
        }
        start = offset + first
        if content.last == UInt8(ascii: "\r") { content.removeLast() }

        let count = content.dropFirst(Self.digestLength + 1)
        guard !count.isEmpty, count.allSatisfy({ (0x30...0x39).contains($0) }),
            content[first + Self.digestLength] == UInt8(ascii: ":"),
            let digest = Self.decode(content.prefix(Self.digestLength))
        else { return nil }
        self.digest = digest
    }

    private static func decode(_ hex: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hex.count / 2)
        var place = hex.startIndex
        while place < hex.endIndex {
            guard let high = value(of: hex[place]), let low = value(of: hex[place + 1]) else { return nil }
            bytes.append(high << 4 | low)
            place += 2
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
