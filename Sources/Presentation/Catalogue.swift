/// The lines of one file of words: `name = text`, or `name.form = text` for each plural form of its language.
struct Catalogue: Sendable {
    /// Texts by what stands before the sign.
    let lines: [String: String]

    /// - Parameters:
    ///   - file: as an error names it.
    ///   - language: its tag, which decides on the plural forms.
    ///   - isWhole: whether every word must be there; a file that overrides some has these alone.
    init(_ text: String, file: String, language: String, isWhole: Bool) throws(WordsError) {
        let rule = PluralRule(language)
        var lines: [String: String] = [:]
        for (index, line) in Self.lines(of: text).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            func fail(_ reason: String) -> WordsError { WordsError(file: file, line: index + 1, reason: reason) }
            guard let sign = line.firstRange(of: " = ") else { throw fail("expected name = text") }
            let name = String(line[..<sign.lowerBound])
            let text = String(line[sign.upperBound...])
            let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let word = Word(rawValue: String(parts[0])) else { throw fail("there is no word \(parts[0])") }
            guard lines[name] == nil else { throw fail("\(name) is there twice") }
            var optional: [String] = []
            if parts.count == 2 {
                guard word.isCounted, let form = PluralForm(rawValue: String(parts[1])), rule.forms.contains(form)
                else {
                    let forms = rule.forms.map(\.rawValue).joined(separator: ", ")
                    throw fail(
                        word.isCounted
                            ? "\(language) has no plural form \(parts[1]); expected one of \(forms)"
                            : "\(word.rawValue) has no plural forms")
                }
                // Some languages say none, one and two in words.
                if [.zero, .one, .two].contains(form) { optional = ["count"] }
            }
            if let problem = Self.problem(of: text, word, optional: optional) { throw fail("\(name): \(problem)") }
            lines[name] = text
        }
        self.lines = lines
        for word in Word.allCases where isWhole || word.isCounted {
            if let missing = missing(word, rule, isWhole: isWhole) {
                throw WordsError(file: file, line: nil, reason: "\(missing) is missing")
            }
        }
    }

    /// By bytes: to Swift, a carriage return and the line feed after it are one character, and not this one.
    private static func lines(of text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }

    /// The first name that a word lacks: a counted one has a single line, or a line for each form.
    private func missing(_ word: Word, _ rule: PluralRule, isWhole: Bool) -> String? {
        guard lines[word.rawValue] == nil else { return nil }
        guard word.isCounted else { return word.isOptional ? nil : word.rawValue }
        let names = rule.forms.map { "\(word.rawValue).\($0.rawValue)" }
        guard isWhole || names.contains(where: { lines[$0] != nil }) else { return nil }
        return names.first { lines[$0] == nil }
    }

    /// What is wrong with a text, or nil.
    private static func problem(of text: String, _ word: Word, optional: [String]) -> String? {
        let found = text.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
            .map { String($0.prefix { $0 != "}" }) }
        let wanted = word.placeholders
        if let stranger = found.first(where: { !wanted.contains($0) }) {
            return "there is nothing to put in for {\(stranger)}"
        }
        if let missing = wanted.first(where: { !found.contains($0) && !optional.contains($0) }) {
            return "{\(missing)} is missing"
        }
        if text.unicodeScalars.contains(where: {
            $0.properties.generalCategory == .control || 0xF8A0...0xF8AF ~= $0.value
        }) {
            return "expected no tab or other control character"
        }
        switch word {
        case .direction where text != "ltr" && text != "rtl": return "expected ltr or rtl"
        case .calendar where text != "persian": return "expected persian, or no such line"
        case .digits where text.count != 10: return "expected the ten digits from zero to nine"
        case .months where text.split(separator: ", ").count != 12:
            return "expected twelve names, apart by a comma and a space"
        default: return text.allSatisfy(\.isWhitespace) ? "expected a text" : nil
        }
    }
}

/// What is wrong with a file of words, and where.
package struct WordsError: Error, Equatable, CustomStringConvertible {
    let file: String
    /// Nil when it is about the file as a whole.
    let line: Int?
    let reason: String

    package var description: String {
        line.map { "\(file), line \($0): \(reason)" } ?? "\(file): \(reason)"
    }
}
