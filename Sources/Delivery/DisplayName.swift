/// A person's name as it may stand in a mail: data from other systems, never markup, header or link.
struct DisplayName {
    let text: String

    private static let maximumLength = 64

    /// Controls and line ends become spaces, runs of white space one; a space goes after every dot and colon that has
    /// none, so that no client makes a link of `evil.example` or `https://…`. Cut after 64 characters.
    init(_ stored: String) {
        var cleaned = ""
        var last: Character = " "
        for character in stored.prefix(4 * Self.maximumLength) {
            var character = character
            if character.isWhitespace || character.unicodeScalars.contains(where: Self.isUnprintable) {
                character = " "
            }
            if character == " " && last == " " { continue }
            if Self.joinsLinks.contains(last), character != " " { cleaned.append(" ") }
            cleaned.append(character)
            last = character
        }
        if cleaned.count > Self.maximumLength { cleaned = cleaned.prefix(Self.maximumLength - 1) + "…" }
        while cleaned.last == " " { cleaned.removeLast() }
        text = cleaned
    }

    private static let joinsLinks: Set<Character> = [".", ":", "。", "．", "｡", "："]

    /// Controls, and what turns the direction of text around (it can make an address look like another).
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
        case .format: scalar != "\u{200D}" && scalar != "\u{200C}"
        default: false
        }
    }
}
