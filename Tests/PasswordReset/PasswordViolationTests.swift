import Testing

@testable import PasswordReset

@Suite struct PasswordViolationTests {
    @Test(arguments: [
        (PasswordViolation.tooShort(minimum: 1), "too_short"), (.tooLong(maximumBytes: 1), "too_long"),
        (.controlCharacter, "control_character"), (.common, "common"), (.personal, "personal"),
        (.breached, "breached"), (.sameAsCurrent, "same_as_current"),
        (.confirmationDiffers, "confirmation_differs"), (.notDigits, "not_digits"),
        (.tooFewDigits(minimum: 1), "too_short"), (.tooManyDigits(maximum: 1), "too_long"),
        (.repeatedDigit, "repeated_digit"), (.digitSequence, "sequence"),
    ])
    func `every rule has its word, and a sentence for a command`(violation: PasswordViolation, code: String) {
        #expect(violation.code == code)
        #expect(violation.description.hasPrefix("it"))
        #expect(!violation.description.hasSuffix("."))
    }

    @Test func `a command's sentence says how much would be right`() {
        #expect("\(PasswordViolation.tooShort(minimum: 12))" == "it has fewer than 12 characters")
        #expect("\(PasswordViolation.tooLong(maximumBytes: 72))" == "it has more than 72 bytes")
        #expect("\(PasswordViolation.tooFewDigits(minimum: 6))" == "it has fewer than 6 digits")
        #expect("\(PasswordViolation.tooManyDigits(maximum: 64))" == "it has more than 64 digits")
    }
}
