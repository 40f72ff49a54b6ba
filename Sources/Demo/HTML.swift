/// HTML that was written on purpose: literals are markup, and whatever is put into one is escaped.
struct HTML: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// The markup.
    let text: String

    init(stringLiteral markup: String) {
        text = markup
    }

    init(stringInterpolation parts: Interpolation) {
        text = parts.text
    }

    /// Puts pieces one after the other.
    init(_ pieces: [HTML]) {
        text = pieces.map(\.text).joined()
    }

    /// Collects a literal's pieces.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ markup: String) {
            text += markup
        }

        /// Data: the five characters that could end a text or an attribute's value are escaped.
        mutating func appendInterpolation(_ data: String) {
            for scalar in data.unicodeScalars {
                switch scalar {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "'": text += "&#39;"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }

        mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        mutating func appendInterpolation(_ html: HTML) {
            text += html.text
        }
    }
}
