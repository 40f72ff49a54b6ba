/// What the relay answered to one command: a code, and text for people.
package struct Reply: Sendable, Equatable {
    /// Three digits (RFC 5321, 4.2).
    package let code: Int

    /// The text of all lines without their codes, lines parted by LF; as the relay sent it, trusted in nothing.
    private let bytes: [UInt8]

    init(code: Int, bytes: [UInt8]) {
        self.code = code
        self.bytes = bytes
    }

    /// A reply in our own words, for a mail that this relay could never take and so never saw.
    package init(code: Int, text: String) {
        self.init(code: code, bytes: Array(text.utf8))
    }

    /// The code of RFC 3463 that the text begins with, if any.
    package var enhanced: EnhancedStatus? { EnhancedStatus(beginning: bytes.prefix { $0 != UInt8(ascii: "\n") }) }

    /// The lines, without codes, in order.
    package var lines: [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Code and text in one line fit to be stored and shown: at most 400 characters, nothing that steers a terminal, a
    /// log or the direction of writing.
    package var text: String {
        var result = "\(code)"
        var isGap = true
        var room = Reply.longestText - result.unicodeScalars.count
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar.isInvisible {
                isGap = true
                continue
            }
            room -= isGap ? 2 : 1
            guard room >= 0 else { break }
            if isGap { result.unicodeScalars.append(" ") }
            result.unicodeScalars.append(scalar)
            isGap = false
        }
        return result
    }

    private static let longestText = 400
}

extension Unicode.Scalar {
    /// White space, a control or format character, or what is no character at all.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: true
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension String {
    /// The same for any text that came from outside, such as libcurl's error buffer.
    var asOneLine: String {
        let kept = unicodeScalars.split(whereSeparator: \.isInvisible).map { String($0) }
        return String(kept.joined(separator: " ").prefix(400))
    }
}
