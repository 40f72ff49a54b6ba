import Testing

@testable import PasswordReset

@Suite struct PINPolicyTests {
    @Test(arguments: [
        "471108", "004711", "000001", "123457", "135790", "246802", "112233", "121212", "123321", "098754",
        "12345678909", String(repeating: "47", count: 32),
    ])
    func `six digits and more are enough, zeros first too`(pin: String) {
        #expect(PINPolicy.violations(of: pin) == [])
    }

    @Test(arguments: ["", "4", "47110", "00471"])
    func `five digits are too few`(pin: String) {
        #expect(PINPolicy.violations(of: pin) == [.tooFewDigits(minimum: 6)])
    }

    @Test func `more than sixty-four are too many`() {
        #expect(PINPolicy.violations(of: String(repeating: "47", count: 32) + "1") == [.tooManyDigits(maximum: 64)])
    }

    @Test(arguments: ["000000", "777777", String(repeating: "9", count: 64)])
    func `one digit repeated is refused`(pin: String) {
        #expect(PINPolicy.violations(of: pin) == [.repeatedDigit])
    }

    @Test(arguments: [
        "123456", "012345", "456789", "987654", "543210", "789012", "210987", "890123", "109876", "1234567890",
        "0987654321", "12345678901234567890",
    ])
    func `a plain sequence is refused, up or down and round the end`(pin: String) {
        #expect(PINPolicy.violations(of: pin) == [.digitSequence])
    }

    @Test(arguments: [
        "471 108", "4711-08", "47110８", "٤٧١١٠٨471108", "471108\n", "+471108", "4711080\u{301}", "x471108", "471108\0",
    ])
    func `anything but ASCII digits is refused`(pin: String) {
        #expect(PINPolicy.violations(of: pin).first == .notDigits)
    }

    @Test func `every broken rule is named`() {
        #expect(PINPolicy.violations(of: "seven") == [.notDigits, .tooFewDigits(minimum: 6)])
        #expect(PINPolicy.violations(of: "1-1-1") == [.notDigits, .tooFewDigits(minimum: 6), .repeatedDigit])
        #expect(PINPolicy.violations(of: "123 456") == [.notDigits, .digitSequence])
        #expect(PINPolicy.violations(of: "4321") == [.tooFewDigits(minimum: 6), .digitSequence])
        #expect(
            PINPolicy.violations(of: String(repeating: "0", count: 65)) == [
                .tooManyDigits(maximum: 64), .repeatedDigit,
            ])
    }
}
