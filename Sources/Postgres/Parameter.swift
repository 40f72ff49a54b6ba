/// A value that can be bound to a statement, in PostgreSQL's text format.
package protocol Parameter {
    var postgresText: String { get }
}

extension String: Parameter {
    package var postgresText: String { self }
}

extension Int64: Parameter {
    package var postgresText: String { String(self) }
}

extension Int: Parameter {
    package var postgresText: String { String(self) }
}

extension UInt16: Parameter {
    package var postgresText: String { String(self) }
}

extension Bool: Parameter {
    package var postgresText: String { self ? "t" : "f" }
}

/// An array literal, every element quoted, so that no content can end its element (PostgreSQL manual, 8.15.6).
extension Array: Parameter where Element: ArrayElement {
    package var postgresText: String {
        var text = "{"
        for (index, element) in enumerated() {
            if index > 0 { text += "," }
            element.appendArrayText(to: &text)
        }
        text += "}"
        return text
    }
}

package protocol ArrayElement {
    func appendArrayText(to text: inout String)
}

extension String: ArrayElement {
    package func appendArrayText(to text: inout String) {
        text += "\""
        if utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for scalar in unicodeScalars {
                if scalar == "\"" || scalar == "\\" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        } else {
            text += self
        }
        text += "\""
    }
}

extension Int64: ArrayElement {
    package func appendArrayText(to text: inout String) { text += String(self) }
}

extension Int: ArrayElement {
    package func appendArrayText(to text: inout String) { text += String(self) }
}

extension UInt16: ArrayElement {
    package func appendArrayText(to text: inout String) { text += String(self) }
}

extension Optional: ArrayElement where Wrapped: ArrayElement {
    package func appendArrayText(to text: inout String) {
        guard let self else { return text += "NULL" }
        self.appendArrayText(to: &text)
    }
}
