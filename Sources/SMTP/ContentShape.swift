internal import Glibc

/// What a session has to know of a content's bytes before it writes them.
struct ContentShape: Sendable, Equatable {
    /// A CR without LF or an LF without CR: the stuff that SMTP smuggling is made of (RFC 5321, 2.3.8 forbids both).
    var hasBareLineEnd = false

    /// A line begins with a dot, so the content must be stuffed (RFC 5321, 4.5.2).
    var hasLeadingDot = false

    /// An octet over 127, which wants 8BITMIME (RFC 6152).
    var isEightBit = false

    /// The last line is complete, so the dot can follow at once. An empty content counts as complete.
    var endsLine = true

    init(of content: [UInt8]) {
        let cr = UInt8(ascii: "\r")
        let lf = UInt8(ascii: "\n")
        let dot = UInt8(ascii: ".")
        unsafe content.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, bytes.count > 0 else { return }
            // Or-ing all octets has no early way out, and so the compiler makes vector instructions of it.
            isEightBit = unsafe bytes.reduce(0 as UInt8, |) > 0x7F
            hasLeadingDot = unsafe bytes[0] == dot
            endsLine = unsafe bytes[bytes.count - 1] == lf
            var from = 0
            while let hit = unsafe memchr(base + from, CInt(lf), bytes.count - from) {
                let index = unsafe base.distance(to: UnsafeRawPointer(hit))
                if unsafe index == 0 || bytes[index - 1] != cr { hasBareLineEnd = true }
                from = index + 1
                if from < bytes.count, unsafe bytes[from] == dot { hasLeadingDot = true }
            }
            from = 0
            while let hit = unsafe memchr(base + from, CInt(cr), bytes.count - from) {
                from = unsafe base.distance(to: UnsafeRawPointer(hit)) + 1
                if unsafe from == bytes.count || bytes[from] != lf { hasBareLineEnd = true }
            }
        }
    }
}
