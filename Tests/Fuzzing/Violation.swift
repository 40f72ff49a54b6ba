/// What was promised of bytes from outside, and does not hold.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws(Violation) {
    guard holds else { throw Violation(promise()) }
}

/// What must be there.
func require<Value>(_ value: Value?, _ promise: @autoclosure () -> String) throws(Violation) -> Value {
    guard let value else { throw Violation(promise()) }
    return value
}

/// By bytes: Swift's comparison of strings is canonical equivalence.
func isSame(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
    left.utf8.elementsEqual(right.utf8)
}
