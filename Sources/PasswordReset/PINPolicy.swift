/// What a new PIN must be (NIST SP 800-63B-4 has PINs as passwords of digits): digits that are not the first that anybody
/// would try. It is text, not a number: leading zeros are kept, and count.
package enum PINPolicy {
    package static let minimumLength = 6
    package static let maximumLength = 64

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// Every rule that `pin` breaks, in the order in which they are told.
    ///
    /// Where other signs stand between the digits, the other rules look at the digits alone: whoever leaves the signs out
    /// is not told of another rule then.
    package static func violations(of pin: String) -> [PasswordViolation] {
        // ASCII alone: no keypad has other digits, and whoever compares would have to know them.
        let values = pin.utf8.filter(digits.contains).map { Int($0 - digits.lowerBound) }
        var violations: [PasswordViolation] = []
        if values.count < pin.utf8.count { violations.append(.notDigits) }
        if values.count < minimumLength { violations.append(.tooFewDigits(minimum: minimumLength)) }
        if values.count > maximumLength { violations.append(.tooManyDigits(maximum: maximumLength)) }
        switch step(of: values) {
        case 0: violations.append(.repeatedDigit)
        case 1, 9: violations.append(.digitSequence)
        default: break
        }
        return violations
    }

    /// What leads from each digit to the next, round from 9 to 0; nil where it is not the same all along. Downwards is 9.
    private static func step(of values: [Int]) -> Int? {
        let steps = Set(zip(values, values.dropFirst()).map { ($1 - $0 + 10) % 10 })
        return steps.count == 1 ? steps.first : nil
    }
}
