/// What fingers find by themselves: pieces repeated, walks along a row, an alphabet or a keypad, counts and dates.
enum Pattern {
    /// Three or more of: a short piece repeated, a walk, or several walks and repetitions in a row.
    static func matches(_ text: [Character]) -> Bool {
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

    /// Whether `text` is its first `period` characters, twice or more.
    static func isRepeated(_ text: [Character], period: Int) -> Bool {
        guard period > 1, text.count > period, text.count % period == 0 else { return false }
        return text.indices.allSatisfy { text[$0] == text[$0 % period] }
    }

    /// Whether the digits are a day of 1900 to 2099, in any of the orders in which people write one.
    static func isDate(_ digits: [Character]) -> Bool {
        let values = digits.compactMap(\.wholeNumberValue)
        guard values.count == digits.count, values.count == 6 || values.count == 8 else { return false }
        let number = { (places: Range<Int>) in values[places].reduce(0) { $0 * 10 + $1 } }
        let isDay = { (first: Int, second: Int) in
            (1...31).contains(first) && (1...12).contains(second)
                || (1...12).contains(first) && (1...31).contains(second)
        }
        if values.count == 6 { return isDay(number(0..<2), number(2..<4)) || isDay(number(2..<4), number(4..<6)) }
        return (1900...2099).contains(number(4..<8)) && isDay(number(0..<2), number(2..<4))
            || (1900...2099).contains(number(0..<4)) && isDay(number(4..<6), number(6..<8))
    }

    /// Whether `text` is cut into runs of three or more, each a piece of one of the walks or one character repeated; after
    /// eight, one or two characters may follow that are neither.
    private static func isWalks(_ text: [Character]) -> Bool {
        var isReached = [Bool](repeating: false, count: text.count + 1)
        isReached[0] = true
        for place in text.indices where isReached[place] {
            if place >= 8, text.count - place <= 2 { return true }
            let rest = text[place...]
            let same = rest.prefix { $0 == text[place] }.count
            let longest = CommonPasswords.walks.reduce(same) { max($0, rest.sharedRun(with: $1)) }
            let shortest = min(3, text.count)
            guard longest >= shortest else { continue }
            for end in place + shortest...place + longest { isReached[end] = true }
        }
        return isReached[text.count]
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
