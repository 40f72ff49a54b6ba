import Foundation

/// A small picture of the brand. It comes with every page that it is on and in every mail, so it has to be small.
package struct Logo: Sendable, Equatable {
    /// `image/svg+xml`, or of another kind that every browser shows.
    package let type: String
    package let bytes: [UInt8]

    private static let maximumBytes = 12 * 1024
    private static let types = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"]

    /// - Parameter text: an SVG document as it stands, or a `data:` URL in base64 (RFC 2397).
    package init(_ text: String) throws(LogoError) {
        let text = text.drop(while: \.isWhitespace)
        if text.hasPrefix("<svg") || text.hasPrefix("<?xml") {
            type = "image/svg+xml"
            bytes = Array(text.utf8)
        } else {
            guard text.hasPrefix("data:"), let comma = text.firstIndex(of: ","),
                text[..<comma].hasSuffix(";base64"),
                let type = Self.types.first(where: { text[..<comma].dropFirst("data:".count).hasPrefix($0 + ";") }),
                let data = Data(base64Encoded: String(text[comma...].dropFirst().filter { !$0.isWhitespace }))
            else { throw .form }
            self.type = type
            bytes = Array(data)
        }
        guard bytes.count <= Self.maximumBytes else { throw .size(bytes.count, maximum: Self.maximumBytes) }
    }

    /// For where nothing can be fetched from, such as a mail.
    package var dataURL: String { "data:\(type);base64,\(Data(bytes).base64EncodedString())" }
}

/// Why a logo is none.
package enum LogoError: Error, CustomStringConvertible {
    case form
    case size(Int, maximum: Int)

    package var description: String {
        switch self {
        case .form:
            "expected an SVG document that begins with <svg, or data:image/png;base64,… (or jpeg, gif, webp, svg+xml)"
        case .size(let size, let maximum): "it has \(size) bytes; expected at most \(maximum)"
        }
    }
}
