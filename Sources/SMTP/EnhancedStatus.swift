/// An enhanced status code such as 5.1.1 (RFC 3463), which says more than the three digits before it.
package struct EnhancedStatus: Sendable, Hashable, CustomStringConvertible {
    /// 2, 4 or 5: done, not now, never.
    package let category: Int
    package let subject: Int
    package let detail: Int

    package init(_ category: Int, _ subject: Int, _ detail: Int) {
        self.category = category
        self.subject = subject
        self.detail = detail
    }

    package var description: String { "\(category).\(subject).\(detail)" }

    /// "Message too big for system" (RFC 3463, 3.4), in any category.
    var saysTooBig: Bool { subject == 3 && detail == 4 }

    /// Reads the code that a reply's text begins with: RFC 3463, 2 allows one digit, then up to three, then up to three.
    init?(beginning text: some Sequence<UInt8>) {
        var numbers = [0, 0, 0]
        var digits = 0
        var part = 0
        scan: for byte in text {
            switch byte {
            case 0x30...0x39 where digits < (part == 0 ? 1 : 3):
                numbers[part] = numbers[part] * 10 + Int(byte - 0x30)
                digits += 1
            case UInt8(ascii: ".") where part < 2 && digits > 0:
                part += 1
                digits = 0
            case UInt8(ascii: " ") where part == 2 && digits > 0: break scan
            default: return nil
            }
        }
        guard part == 2, digits > 0, [2, 4, 5].contains(numbers[0]) else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }
}
