import Foundation

/// A password as RFC 8265 prepares it (OpaqueString): odd spaces become U+0020, the whole is NFC, and controls are
/// refused. The same at setting and at checking, whatever keyboard it was typed on.
///
/// It is a secret: it has no description, and nothing but hashing reads ``bytes``.
package struct PreparedPassword: Sendable {
    /// Longer ones are refused before they are hashed, so that nobody can make us hash megabytes.
    package static let maximumBytes = 1024

    package let bytes: [UInt8]
    /// Code points, the unit in which the minimum counts (NIST SP 800-63B-4, 3.1.1.2).
    package let length: Int
    let text: String

    package init(_ typed: String) throws(PasswordViolation) {
        // NFC can at most triple the bytes of a text; what is far over the cap is not even normalised.
        guard typed.utf8.count <= Self.maximumBytes * 4 else { throw .tooLong(maximumBytes: Self.maximumBytes) }
        var scalars = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control: throw .controlCharacter
            case .spaceSeparator: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        text = String(scalars).precomposedStringWithCanonicalMapping
        bytes = Array(text.utf8)
        length = text.unicodeScalars.count
        guard bytes.count <= Self.maximumBytes else { throw .tooLong(maximumBytes: Self.maximumBytes) }
    }
}

extension PreparedPassword: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
