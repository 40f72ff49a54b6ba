/// The words of a text that some mail program may make a link of: addresses of pages and people, bare domains, shares of a
/// network. What is not seen is left out first, as a program may do.
enum LinkLike {
    static func words(in text: String) -> [String] {
        var words: [String] = []
        var word: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || "<>\"()".unicodeScalars.contains(scalar) {
                if isLinkLike(word) { words.append(joined(word)) }
                word = []
            } else if !isInvisible(scalar) {
                word.append(scalar)
            }
        }
        if isLinkLike(word) { words.append(joined(word)) }
        return words
    }

    private static let dots: Set<Unicode.Scalar> = [".", "。", "．", "｡", "\u{2024}", "\u{FE52}"]
    private static let colons: Set<Unicode.Scalar> = [":", "：", "\u{FE55}"]

    private static func isLinkLike(_ word: [Unicode.Scalar]) -> Bool {
        for index in word.indices.dropFirst() {
            let (last, next) = (word[index - 1], word[index])
            if dots.contains(last), next.properties.isAlphabetic, index > 1, isLetter(word[index - 2]) { return true }
            if colons.contains(last), isLetter(next) || next == "/" { return true }
            if last == "\\", next == "\\" { return true }
        }
        return false
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func joined(_ word: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(word))
    }
}
