/// A password as a guesser sees it: a word that everybody tries, perhaps with digits or signs about it.
///
/// A list of the commonest passwords is mostly a few hundred stems times a few habits (`password1234`, `Passw0rd2024!`,
/// `qwertyqwerty`, `123456789012`). Stems are in ``CommonPasswords``; the habits are here.
struct Guess {
    private let whole: [Character]
    /// The password without the digits and signs at both ends.
    private let core: [Character]
    private let hasWeakEnds: Bool

    init(_ password: String) {
        whole = Array(password.lowercased())
        let head = whole.prefix { !$0.isLetter }
        let tail = whole.dropFirst(head.count).reversed().prefix { !$0.isLetter }
        core = Array(whole.dropFirst(head.count).dropLast(tail.count))
        hasWeakEnds = [Array(head), Array(tail.reversed())].allSatisfy { $0.count <= 4 || Self.isPattern($0) }
    }

    var isCommon: Bool {
        if CommonPasswords.stems.contains(String(whole)) || Self.isPattern(whole) { return true }
        // Words with signs between the letters ("p@ssw0rd") are stems only once those are read as letters.
        let read = Self.readable(whole)
        if read != whole, Self.isStems(read) { return true }
        guard hasWeakEnds, !core.isEmpty else { return false }
        return Self.isStems(core) || Self.isStems(Self.readable(core))
            || Self.isPattern(core) && core.count + 4 >= whole.count
    }

    /// Whether it is one of the words of `context`, or one with weak digits or signs about it, or one repeated.
    func isMade(of context: [String]) -> Bool {
        let words = Set(context.flatMap(Self.words).map { Array($0) })
        if words.contains(whole) || words.contains(Self.readable(whole)) { return true }
        guard hasWeakEnds, core.count >= 3 else { return false }
        return words.contains(core) || words.contains(Self.readable(core))
            || words.contains { Self.isRepeated(core, $0) }
    }

    // MARK: Words

    /// A name gives itself, its parts, and its parts run together; an address its local part and its domain as well.
    private static func words(_ text: String) -> [String] {
        let lowered = text.lowercased()
        let parts = lowered.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let joined = parts.joined()
        let local = String(lowered.prefix { $0 != "@" })
        return ([lowered, joined, local, local.filter { $0.isLetter || $0.isNumber }] + parts)
            .filter { $0.count >= 3 }
    }

    /// One stem, one repeated, or two in a row. Three and more are a phrase, and may be a good one.
    private static func isStems(_ letters: [Character]) -> Bool {
        let word = String(letters)
        if CommonPasswords.stems.contains(word) { return true }
        for cut in 3..<max(3, letters.count - 2) {
            let first = letters[..<cut]
            guard CommonPasswords.stems.contains(String(first)) else { continue }
            if CommonPasswords.stems.contains(String(letters[cut...])) || isRepeated(letters, Array(first)) {
                return true
            }
        }
        return false
    }

    private static func isRepeated(_ letters: [Character], _ word: [Character]) -> Bool {
        guard word.count > 1, letters.count % word.count == 0 else { return false }
        return letters.indices.allSatisfy { letters[$0] == word[$0 % word.count] }
    }

    private static let letters: [Character: Character] = [
        "@": "a", "4": "a", "0": "o", "1": "i", "!": "i", "3": "e", "$": "s", "5": "s", "7": "t", "8": "b", "9": "g",
    ]

    private static func readable(_ text: [Character]) -> [Character] {
        text.map { letters[$0] ?? $0 }
    }

    // MARK: Patterns

    /// Four or more of: a short piece repeated, a year, a walk along a row, an alphabet or a keypad, or several of these.
    private static func isPattern(_ text: [Character]) -> Bool {
        guard text.count >= 3 else { return false }
        for period in 1...6 where text.count >= 2 * period {
            if text.indices.allSatisfy({ text[$0] == text[$0 % period] }) { return true }
        }
        if isWalks(text) { return true }
        // Pairs and steps: 112233445566, aabbccddeeff, 102030405060.
        guard text.count >= 8, text.count % 2 == 0 else { return false }
        let even = stride(from: 0, to: text.count, by: 2).map { text[$0] }
        let odd = stride(from: 1, to: text.count, by: 2).map { text[$0] }
        let isDull = Set(odd).count == 1 || even == odd || isWalks(odd)
        return isWalks(even) && isDull || Set(even).count == 1 && isWalks(odd)
    }

    /// Whether `text` is cut into runs of three or more, each a piece of one of the walks.
    private static func isWalks(_ text: [Character]) -> Bool {
        var rest = text[...]
        while !rest.isEmpty {
            let longest = CommonPasswords.walks.map { walk in rest.sharedRun(with: walk) }.max() ?? 0
            guard longest >= min(3, text.count) else { return false }
            rest = rest.dropFirst(longest)
        }
        return true
    }
}

extension ArraySlice where Element == Character {
    /// How many of the first characters are a piece of `walk`.
    fileprivate func sharedRun(with walk: [Character]) -> Int {
        guard let first else { return 0 }
        var longest = 0
        for start in walk.indices where walk[start] == first {
            let run = zip(self, walk[start...]).prefix { $0 == $1 }.count
            longest = Swift.max(longest, run)
        }
        return longest
    }
}
