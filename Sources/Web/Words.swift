internal import PasswordReset

/// Every sentence that people read, by name. A language is one file of `name = text` lines under `Templates`.
enum Word: String, CaseIterable, Sendable {
    case forgotTitle, forgotLead, emailLabel, forgotButton, forgotMobile, emailMissing
    case sentTitle, sentText, sentNothing
    case resetTitle, resetLead, passwordLabel, confirmationLabel, resetButton, passwordRefused
    case ruleLength, ruleGuess, ruleFree
    case doneTitle, doneText
    case tooShort, tooLong, controlCharacter, common, personal, breached, sameAsCurrent, confirmationDiffers
    case notDigits, tooFewDigits, tooManyDigits, repeatedDigit, digitSequence
    case expired, used, changed, cancelled, endedTitle, renewLead, renewButton
    case passwordTitle, passwordLead, kindLabel, kindUser, kindContact, loginLabel, currentPasswordLabel
    case passwordButton, passwordDoneTitle, passwordDoneText
    case pinTitle, pinLead, currentPINLabel, pinLabel, pinConfirmationLabel, pinButton, pinRefused, pinDoneTitle
    case pinDoneText, rulePIN, wrongSecret, locked, lockedForGood, upgradeRequired
    case notMeTitle, notMeLink, notMeNotice, notMeLinkButton, notMeNoticeButton, notMeExpired, notMeDoneTitle
    case notMeDoneText
    case errorPrefix, errorTitle, askAnew
    case badRequest, forbidden, notFound, notFoundTitle, wrongMethod, tooSlow, tooLarge, wrongType, malformed
    case headTooLarge, tooMany, tooManyTitle, unavailable, unavailableTitle

    static func ended(_ end: LinkEnd) -> Word {
        switch end {
        case .expired: .expired
        case .used: .used
        case .changed: .changed
        case .cancelled: .cancelled
        }
    }
}

/// The sentences of one language.
struct Words: Sendable {
    let language: String
    /// By ``Word``'s raw value, as templates ask for them.
    let all: [String: String]

    /// - Parameter minimumLength: of a password; fills `{minimum}` in the sentences.
    /// - Throws: ``WordsError`` when a line is no sentence, a name is unknown or twice there, or one is missing.
    init(_ text: String, language: String, minimumLength: Int) throws(WordsError) {
        var all: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let range = line.firstRange(of: " = ") else { throw .line(String(line)) }
            let name = String(line[..<range.lowerBound])
            guard Word(rawValue: name) != nil, all[name] == nil else { throw .name(name) }
            all[name] = String(line[range.upperBound...])
                .replacing("{minimum}", with: String(minimumLength))
                .replacing("{appVersion}", with: ClientVersion.minimumApp)
        }
        for word in Word.allCases where all[word.rawValue] == nil { throw .missing(word.rawValue) }
        self.language = language
        self.all = all
    }

    subscript(_ word: Word) -> String { all[word.rawValue] ?? "" }

    /// What to do about a broken rule.
    func sentence(_ violation: PasswordViolation) -> String {
        switch violation {
        case .tooShort: self[.tooShort]
        case .tooLong(let maximum): self[.tooLong].replacing("{maximum}", with: String(maximum))
        case .controlCharacter: self[.controlCharacter]
        case .common: self[.common]
        case .personal: self[.personal]
        case .breached: self[.breached]
        case .sameAsCurrent: self[.sameAsCurrent]
        case .confirmationDiffers: self[.confirmationDiffers]
        case .notDigits: self[.notDigits]
        // Not {minimum}, which is the password's from the start.
        case .tooFewDigits(let minimum): self[.tooFewDigits].replacing("{digits}", with: String(minimum))
        case .tooManyDigits(let maximum): self[.tooManyDigits].replacing("{digits}", with: String(maximum))
        case .repeatedDigit: self[.repeatedDigit]
        case .digitSequence: self[.digitSequence]
        }
    }
}

/// What is wrong with a file of sentences.
enum WordsError: Error, Equatable {
    case line(String)
    case name(String)
    case missing(String)
}
