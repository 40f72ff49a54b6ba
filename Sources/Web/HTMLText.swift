internal import Mustache

/// How data is escaped in pages that show some: by Unicode scalar.
///
/// Mustache's own goes by character, and a quotation mark with a combining accent after it is a character that is no
/// quotation mark: it comes through, and the browser, which knows no such characters, ends the attribute there.
struct HTMLText: MustacheContentType {
    /// A template says `{{% CONTENT_TYPE:SCALARS}}` in its first line, and must be read after ``register()``. What it puts
    /// in as a partial says so itself.
    static func register() {
        MustacheContentTypes.register(HTMLText(), named: "SCALARS")
    }

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
