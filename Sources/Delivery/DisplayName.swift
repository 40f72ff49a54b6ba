/// A person's name as it may stand in a mail: data from other systems, never markup, header or link.
struct DisplayName {
    let text: String

    private static let maximumLength = 64
    /// Combining marks have no end: what a person reads as one letter may be thousands of scalars.
    private static let maximumScalars = 128

    /// Controls and line ends become spaces, runs of white space one; a space goes after every dot, colon and
    /// backslash that has none, so that no client makes a link of `evil.example` or `https://…`. Cut after 64 characters.
    init(_ stored: String) {
        guard !Self.isPlain(stored) else {
            text = stored
            return
        }
        var scalars = String.UnicodeScalarView()
        var last: Unicode.Scalar = " "
        for scalar in stored.unicodeScalars.prefix(4 * Self.maximumScalars) {
            // What is not seen would part a dot from the letter after it, and a client may well put them together.
            if Self.joinsLinks.contains(last), Self.isInvisible(scalar) { continue }
            let isBlank = scalar.properties.isWhitespace || Self.isUnprintable(scalar)
            if isBlank && last == " " { continue }
            if Self.joinsLinks.contains(last), !isBlank { scalars.append(" ") }
            last = isBlank ? " " : scalar
            scalars.append(last)
            if scalars.count >= Self.maximumScalars { break }
        }
        var cleaned = String(scalars)
        if cleaned.count > Self.maximumLength { cleaned = cleaned.prefix(Self.maximumLength - 1) + "…" }
        while cleaned.last == " " { cleaned.removeLast() }
        text = cleaned
    }

    /// Words of ASCII letters, digits and hyphens, one space apart, as most names are: nothing of the below is to be done to one.
    private static func isPlain(_ stored: String) -> Bool {
        var last = UInt8(ascii: " ")
        guard stored.utf8.count <= maximumLength else { return false }
        for byte in stored.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                break
            case UInt8(ascii: " ") where last != UInt8(ascii: " "): break
            default: return false
            }
            last = byte
        }
        return last != UInt8(ascii: " ") || stored.isEmpty
    }

    /// Dots and colons of pages and addresses, small ones too, which browsers take for the same (UTS #46); and the stroke of
    /// a share (`\\host\share`), which Outlook makes a link of.
    private static let joinsLinks: Set<Unicode.Scalar> = [
        ".", ":", "。", "．", "｡", "：", "\u{2024}", "\u{FE52}", "\u{FE55}", "\u{FE13}", "\\", "＼", "\u{FE68}",
    ]

    /// Joiners, variation selectors and other marks that change how their neighbour looks, or nothing at all.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.generalCategory == .nonspacingMark
            || scalar.properties.generalCategory == .enclosingMark
    }

    /// Controls, and what turns the direction of text around (it can make an address look like another).
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
        case .format: scalar != "\u{200D}" && scalar != "\u{200C}"
        default: false
        }
    }
}
