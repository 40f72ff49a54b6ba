import Foundation

/// A password as a guesser sees it: a word or two that everybody tries, perhaps with digits or signs about them.
///
/// A list of the commonest passwords is mostly a few hundred stems times a few habits (`password1234`, `Passw0rd2024!`,
/// `let me in 2024`, `qwertyqwerty`, `123456789012`). Stems are in ``CommonPasswords``, walks and counts in ``Pattern``;
/// the habits are here. Three words and more are a phrase, and may be a good one.
struct Guess {
    private let whole: [Character]
    /// What is left when more or less of the weak ends is taken off.
    private let cores: Set<[Character]>
    /// The cores as they stand, run together, and with signs read as letters.
    private let readings: Set<[Character]>

    /// No stem, and no word of the context that is worth comparing, is longer.
    private static let longestWord = 40
    /// So many signs at either end may belong to the word (`$ummer`, `pa$$`, a login that ends in digits).
    private static let keptSigns = 6

    init(_ password: String) {
        let whole = Array(password.lowercased())
        let head = whole.firstIndex(where: \.isLetter)
        // Without a letter the first sign begins the word: a login may be a number.
        let tail = whole.lastIndex(where: \.isLetter).map { $0 + 1 } ?? 0
        let starts = Set(max(0, (head ?? 0) - Self.keptSigns)...(head ?? 0)).union([0])
            .filter { Self.isWeak(whole[..<$0]) }
        let ends = Set(tail...min(whole.count, tail + Self.keptSigns)).union([whole.count])
            .filter { Self.isWeak(whole[$0...]) }
        let cores = Set(starts.flatMap { start in ends.filter { start < $0 }.map { Array(whole[start..<$0]) } })
        var readings = cores
        if head != nil {
            for core in cores {
                let read = core.map { Self.letters[$0] ?? $0 }
                readings.insert(read)
                readings.insert(core.filter { $0.isLetter || $0.isNumber })
                for text in [core, read] where Self.hasWeakGaps(text) { readings.insert(text.filter(\.isLetter)) }
            }
        }
        self.whole = whole
        self.cores = cores
        self.readings = readings
    }

    var isCommon: Bool {
        cores.contains { ($0.count >= 6 || $0.count + 4 >= whole.count) && Pattern.matches($0) }
            || readings.contains { Self.isRow($0, of: CommonPasswords.stems.contains) || Self.isDoubled($0) }
    }

    /// Whether it is one of the words of `context`, or one with a weak end, or one repeated, or two of them in a row, or
    /// one and a common word.
    func isMade(of context: [String]) -> Bool {
        let words = Set(context.flatMap(Self.words))
        return readings.contains { reading in
            // A login or an address may be longer than a word, and then only as a whole.
            words.contains(String(reading))
                || Self.isRow(reading) { words.contains($0) || CommonPasswords.stems.contains($0) }
        }
    }

    // MARK: Words

    /// A name gives itself, its parts, and its parts run together; an address its local part and its domain as well.
    private static func words(_ text: String) -> [String] {
        // Names come from other systems, and may be of any length; what reads as one letter may be a million scalars.
        let lowered = String(text.unicodeScalars.prefix(1000)).prefix(320).lowercased()
        let plain = lowered.folding(options: .diacriticInsensitive, locale: nil)
        return [lowered, plain].flatMap { text in
            let pieces = [
                [text[...]], text.split { $0 == "@" }, text.split { $0.isWhitespace || $0 == "@" },
                text.split { $0.isWhitespace || "@-.+_".contains($0) }, text.split { !$0.isLetter && !$0.isNumber },
            ]
            return pieces.joined().flatMap { [String($0), $0.filter { $0.isLetter || $0.isNumber }] }
        }.filter { $0.count >= 3 }
    }

    /// One word, forwards or backwards; one repeated; two in a row; or one and a pattern.
    private static func isRow(_ letters: [Character], of isWord: (String) -> Bool) -> Bool {
        guard letters.count >= 3 else { return false }
        if letters.count <= longestWord, isWord(String(letters)) || isWord(String(letters.reversed())) { return true }
        for cut in 3..<max(3, min(letters.count - 2, longestWord)) {
            let first = letters[..<cut]
            let rest = letters[cut...]
            let restIsWord = rest.count <= longestWord && isWord(String(rest))
            if isWord(String(first)) {
                if restIsWord || Pattern.isRepeated(letters, period: cut) || Pattern.matches(Array(rest)) {
                    return true
                }
            } else if restIsWord, Pattern.matches(Array(first)) {
                return true
            }
        }
        return false
    }

    /// Any word written twice or more: the first thing that a guesser does with its list.
    private static func isDoubled(_ letters: [Character]) -> Bool {
        guard letters.count >= 12, letters.allSatisfy(\.isLetter) else { return false }
        return (4...letters.count / 2).contains { Pattern.isRepeated(letters, period: $0) }
    }

    // MARK: Signs

    private static let letters: [Character: Character] = [
        "@": "a", "4": "a", "0": "o", "1": "i", "!": "i", "3": "e", "$": "s", "5": "s", "7": "t", "8": "b", "9": "g",
    ]

    /// What people put before or after a word to satisfy a rule: a few signs, a few digits, a count, or a date.
    private static func isWeak(_ signs: ArraySlice<Character>) -> Bool {
        if signs.isEmpty || Pattern.matches(Array(signs)) { return true }
        let digits = signs.filter(\.isNumber)
        let others = signs.filter { !$0.isNumber }
        guard !others.contains(where: \.isLetter) else { return false }
        return (others.count <= 3 || Pattern.matches(others))
            && (digits.count <= 4 || Pattern.matches(digits) || Pattern.isDate(digits))
    }

    private static func hasWeakGaps(_ text: [Character]) -> Bool {
        text.split(whereSeparator: \.isLetter).allSatisfy(isWeak)
    }
}
