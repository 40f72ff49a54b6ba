/// `log.addresses`.
enum LogAddresses: String, CaseIterable {
    case masked
    case full
}

/// Hides who is meant by whatever looks like a mail address: `mary@example.org` becomes `m•••@example.org`.
///
/// It looks at the text of a whole value and not at some fields: relays quote addresses in their replies, and the database
/// in its messages.
enum AddressMask {
    /// For a value that is one address, or was meant to be: somebody may have typed anything, spaces and quotes too.
    static func hide(address: String) -> String {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let first = address.unicodeScalars.first.flatMap { isBetween($0) ? nil : String($0) } ?? ""
        guard parts.count == 2, parts[1].utf8.count <= 255,
            parts[1].utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { return "\(first)•••" }
        return "\(first)•••@\(parts[1])"
    }

    static func hide(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        var masked = String.UnicodeScalarView()
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            var lead = scalar == "@" ? word.prefix(while: isBracket) : []
            // Nothing else: it may be the whole of a name.
            if lead.count == word.count { lead = [] }
            if scalar == "@", let first = word.dropFirst(lead.count).first {
                masked.append(contentsOf: lead)
                masked.append(first)
                masked.append(contentsOf: "•••@".unicodeScalars)
                word = .init()
            } else if isBetween(scalar), !isBracket(scalar) {
                masked.append(contentsOf: word)
                masked.append(scalar)
                word = .init()
            } else {
                word.append(scalar)
            }
        }
        return String(masked + word)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    /// What may stand before an address, and in it as well: `O'Brien@example.org`, `"a(b)"@example.org`.
    private static func isBracket(_ scalar: Unicode.Scalar) -> Bool {
        "()[]{}'\"".unicodeScalars.contains(scalar)
    }

    /// What stands around an address. Anything else counts as part of its name: rather too much hidden than too little.
    private static func isBetween(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", ">", "(", ")", "[", "]", "{", "}", ",", ";", "\"", "'": true
        default: scalar.value <= 0x20 || scalar.properties.isWhitespace
        }
    }
}
