internal import Mustache

/// How data is escaped in pages that show some: by Unicode scalar.
///
/// Mustache's own goes by character, and a quotation mark with a combining accent after it is a character that is no
/// quotation mark: it comes through, and the browser, which knows no such characters, ends the attribute there.
struct HTMLText: MustacheContentType {
    /// By which templates ask for it, and so must all: what one puts in as a partial asks for itself.
    static let name: String = {
        MustacheContentTypes.register(HTMLText(), named: "SCALARS")
        return "SCALARS"
    }()

    func escapeText(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
