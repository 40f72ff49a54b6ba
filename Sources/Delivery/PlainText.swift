/// The text part of a mail, as those read it who read no HTML.
enum PlainText {
    /// RFC 5322, 2.1.1, asks for 78 characters at most, and readers that quote want room for their marks.
    private static let width = 74

    /// Breaks lines that are longer at their spaces; a link, which has none, stays whole on its line.
    static func wrap(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(wrap(line:)).joined(separator: "\n")
    }

    private static func wrap(line: Substring) -> String {
        guard line.count > width else { return String(line) }
        var lines: [String] = []
        var current = ""
        for word in line.split(separator: " ") {
            if !current.isEmpty, current.count + 1 + word.count > width {
                lines.append(current)
                current = ""
            }
            current += current.isEmpty ? word : " \(word)"
        }
        return (lines + [current]).joined(separator: "\n")
    }
}
