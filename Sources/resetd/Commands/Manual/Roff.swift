import Foundation

/// A man page in the making: the few macros of man(7) that ours need.
struct Roff {
    private(set) var text: String

    init(_ name: String, section: Int, _ summary: String) {
        text = ".TH \(name.uppercased()) \(section) \"\" \"resetd \(Version.text)\"\n"
        heading("Name")
        line("\(Self.plain(name)) \\- \(Self.plain(summary))")
    }

    mutating func heading(_ title: String) {
        line(".SH \(title.uppercased())")
    }

    mutating func subheading(_ title: String) {
        line(".SS \(Self.plain(title))")
    }

    /// Paragraphs are parted by empty lines. Two spaces in a line align something: such lines stay as they are.
    mutating func paragraphs(_ words: String) {
        for paragraph in words.components(separatedBy: "\n\n") {
            line(".PP")
            let isTable = paragraph.contains("  ")
            if isTable { line(".nf") }
            for row in paragraph.split(separator: "\n") { line(Self.plain(row)) }
            if isTable { line(".fi") }
        }
    }

    /// A term, in roff, and what it means.
    mutating func entry(_ term: String, _ words: String...) {
        line(".TP")
        line(term)
        for (number, words) in words.filter({ !$0.isEmpty }).enumerated() {
            if number > 0 { line(".br") }
            line(Self.plain(words))
        }
    }

    mutating func line(_ roff: String) {
        text += roff + "\n"
    }

    static func bold(_ words: some StringProtocol) -> String { "\\fB\(plain(words))\\fR" }
    static func italic(_ words: some StringProtocol) -> String { "\\fI\(plain(words))\\fR" }

    /// Text in which nothing is a macro or an escape, and a hyphen can be copied (groff_char(7)).
    static func plain(_ words: some StringProtocol) -> String {
        let escaped = words.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
