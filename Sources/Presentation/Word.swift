/// Every sentence that people read, in pages, mails and the errors of the JSON interface: by its name in the catalogues.
package enum Word: String, CaseIterable, Sendable {
    // What is no sentence: how a language writes.
    case direction, months, moment, calendar, digits

    case lifetimeHours, lifetimeMinutes, lifetimeSeconds
    case waitMinutes, waitSeconds

    case forgotTitle, forgotLead, emailLabel, forgotButton, forgotMobile, emailMissing
    case sentTitle, sentText, sentNothing
    case resetTitle, rulesLead, passwordLabel, confirmationLabel, resetButton, passwordRefused
    case ruleLength, ruleGuess, ruleFree, show, hide, confirmationMatches
    case doneTitle, doneText, signIn

    case tooShort, tooLong, controlCharacter, common, personal, breached, sameAsCurrent, confirmationDiffers
    case pinConfirmationDiffers, notDigits, tooFewDigits, tooManyDigits, repeatedDigit, digitSequence, pinSameAsCurrent

    case endedTitle, expired, used, changed, newerUsed, cancelled, renewLead, renewButton, askAnew

    case passwordTitle, passwordLead, passwordForgotten, kindLabel, kindUser, kindContact, loginLabel
    case currentPasswordLabel, passwordButton, passwordDoneText
    case pinTitle, pinLead, currentPINLabel, pinLabel, pinConfirmationLabel, pinButton, rulePIN, pinRefused
    case pinDoneTitle, pinDoneText
    case wrongSecret, locked, lockedForGood, upgradeRequired

    case notMeTitle, notMeLink, notMeNotice, notMeLinkButton, notMeNoticeButton, notMeExpired, notMeDoneTitle
    case notMeDoneText

    case errorPrefix, errorTitle, notFoundTitle, notFound, tooManyTitle, tooMany, unavailableTitle, unavailable
    case badRequest, forbidden, wrongMethod, tooSlow, tooLarge, wrongType, malformed, headTooLarge
    case help

    case resetSubject, greeting, greetingWithoutName, resetIntroduction, resetOpen, linkFallback, linkLifetime
    case linkPreview, resetIgnore, resetUseless, automatic
    case passwordChangedTitle, passwordChanged, pinChangedTitle, pinChanged, loginChangedTitle, loginChanged, loginNow
    case addressChangedTitle, addressChanged, addressRemoved
    case noticeMoment, noticePreview, noticeFine, noticeAlarm, noticeLock, noticeThen

    /// What stands in braces in its text, in every language.
    package var placeholders: [String] {
        switch self {
        case .moment: ["day", "month", "year", "hour", "minute"]
        case .greeting: ["name"]
        case .linkLifetime, .linkPreview: ["lifetime"]
        case .loginNow: ["login"]
        case .noticeMoment: ["moment"]
        case .upgradeRequired: ["version"]
        default: isCounted ? ["count"] : []
        }
    }

    /// Whether it has a text for each plural form of a language.
    package var isCounted: Bool {
        switch self {
        case .lifetimeHours, .lifetimeMinutes, .lifetimeSeconds, .waitMinutes, .waitSeconds, .ruleLength, .tooShort,
            .tooLong, .tooFewDigits, .tooManyDigits, .rulePIN:
            true
        default: false
        }
    }

    /// What a catalogue need not have.
    package var isOptional: Bool { self == .calendar || self == .digits }
}
