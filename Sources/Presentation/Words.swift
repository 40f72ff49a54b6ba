package import PasswordReset

/// The sentences of one language, and how it counts.
package struct Words: Sendable {
    /// Its tag, as HTML's `lang` has it.
    package let language: String
    /// Texts by the name that templates know them by; a counted word is there only where all forms are alike.
    package let lines: [String: String]
    package let isRightToLeft: Bool
    private let rule: PluralRule
    private let digits: [Character]?

    init(_ language: String, lines: [String: String]) {
        self.language = language
        self.lines = lines
        rule = PluralRule(language)
        isRightToLeft = lines[Word.direction.rawValue] == "rtl"
        digits = lines[Word.digits.rawValue].map(Array.init)
    }

    package subscript(_ word: Word) -> String { lines[word.rawValue] ?? "" }

    /// A word that counts, for a number.
    package func callAsFunction(_ word: Word, _ count: Int) -> String {
        (lines["\(word.rawValue).\(rule(count).rawValue)"] ?? self[word]).replacing("{count}", with: number(count))
    }

    /// A number in the digits of the language, without a mark for the thousands.
    func number(_ number: Int) -> String {
        guard let digits else { return String(number) }
        return String(String(number).map { $0.wholeNumberValue.map { digits[$0] } ?? $0 })
    }

    /// The time that a link lives, in whole units of the largest kind that fits.
    package func lifetime(seconds: Int64) -> String {
        guard seconds >= 60 else { return self(.lifetimeSeconds, Int(max(1, seconds - 1))) }
        // To the nearest minute: both ends were rounded to whole seconds.
        let minutes = Int((seconds + 30) / 60)
        return minutes % 60 == 0 ? self(.lifetimeHours, minutes / 60) : self(.lifetimeMinutes, minutes)
    }

    /// When to try again, in a few round numbers: never too early.
    package func wait(seconds: Int) -> String {
        if seconds <= 10 { return self(.waitSeconds, max(1, seconds)) }
        return seconds <= 90
            ? self(.waitSeconds, (seconds + 9) / 10 * 10) : self(.waitMinutes, (seconds + 59) / 60)
    }

    /// What to do about a broken rule.
    package func sentence(_ violation: PasswordViolation, of secret: Secret = .password) -> String {
        switch violation {
        case .tooShort(let minimum): self(.tooShort, minimum)
        case .tooLong(let maximum): self(.tooLong, maximum)
        case .controlCharacter: self[.controlCharacter]
        case .common: self[.common]
        case .personal: self[.personal]
        case .breached: self[.breached]
        case .sameAsCurrent: self[secret == .pin ? .pinSameAsCurrent : .sameAsCurrent]
        case .confirmationDiffers: self[secret == .pin ? .pinConfirmationDiffers : .confirmationDiffers]
        case .notDigits: self[.notDigits]
        case .tooFewDigits(let minimum): self(.tooFewDigits, minimum)
        case .tooManyDigits(let maximum): self(.tooManyDigits, maximum)
        case .repeatedDigit: self[.repeatedDigit]
        case .digitSequence: self[.digitSequence]
        }
    }
}
