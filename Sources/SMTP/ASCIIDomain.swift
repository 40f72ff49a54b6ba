internal import CIDN2

/// An internationalised domain in the form that goes on the wire: A-labels (RFC 5890, 2.3.2.1).
///
/// libcurl would do this too, but only under a UTF-8 locale, which a daemon need not have.
struct ASCIIDomain {
    let text: String

    /// Nil when `domain` has no such form, or one with anything but letters, digits, hyphens and dots in it: mapping
    /// makes `<` of U+FF1C and `@` of U+FF20, and neither may come into an SMTP command by that way.
    init?(_ domain: String) {
        var output: UnsafeMutablePointer<CChar>?
        // IDNA 2008 without the transitional mapping, so that `ß` stays itself (UTS #46, 4). Not with
        // IDN2_USE_STD3_ASCII_RULES: 2.3.3 then drops what it should refuse, and U+FF1C x.example is mailed to x.example.
        let code = unsafe idn2_to_ascii_8z(domain, &output, CInt(IDN2_NONTRANSITIONAL.rawValue))
        guard code == CInt(IDN2_OK.rawValue), let output = unsafe output else { return nil }
        defer { unsafe idn2_free(output) }
        text = unsafe String(cString: output)
        guard text.utf8.allSatisfy(ASCIIDomain.isLetterDigitHyphenDot) else { return nil }
    }

    static func isLetterDigitHyphenDot(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
        default: false
        }
    }
}
