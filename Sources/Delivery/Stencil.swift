/// A rendered template with gaps where one mail differs from the next: the name of the person, and the link.
///
/// Templates are rendered once for a kind of mail and not once for each, which would take longer than all other steps
/// together. And what comes from people never passes through a template at all: no name can be taken for markup or a
/// tag, whatever an operator's template does with it.
struct Stencil: Sendable {
    /// What stands for a word while a template is rendered: letters for private use, which a text has no use for.
    static let name = "\u{F8A1}"
    static let link = "\u{F8A2}"

    private enum Piece {
        case text([UInt8])
        case name
        case link
    }

    private let pieces: [Piece]
    private let isHTML: Bool
    private let isASCII: Bool
    private let hasName: Bool
    /// How long the lines are, and what goes into them: every line with a gap, and the longest of the others.
    private let lines: [Line]

    private struct Line {
        var octets = 0
        var names = 0
        var links = 0
    }

    /// Cuts a rendered text at its gaps; its lines end with CRLF from here on.
    init(_ rendered: String, isHTML: Bool = false) {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var hasName = false
        var lines: [Line] = []
        var longest = Line()
        for line in rendered.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            var shape = Line()
            // By scalars: a character may be a gap and a combining mark behind it.
            for scalar in line.unicodeScalars {
                switch String(scalar) {
                case Self.name:
                    pieces += [.text(text), .name]
                    text = []
                    hasName = true
                    shape.names += 1
                case Self.link:
                    pieces += [.text(text), .link]
                    text = []
                    shape.links += 1
                case let other:
                    text += other.utf8
                    shape.octets += other.utf8.count
                }
            }
            if shape.names + shape.links > 0 {
                lines.append(shape)
            } else if shape.octets > longest.octets {
                longest = shape
            }
            text += [0x0D, 0x0A]
        }
        self.pieces = pieces + [.text(text.dropLast(2))]
        self.isHTML = isHTML
        self.hasName = hasName
        self.lines = lines + [longest]
        isASCII = self.pieces.allSatisfy { piece in
            if case .text(let bytes) = piece { bytes.allSatisfy { $0 < 0x80 && $0 != 0 } } else { true }
        }
    }

    /// Whether it is another text with other words.
    var hasGaps: Bool { pieces.count > 1 }

    /// Whether the filled text is ASCII, with no line that is longer than `limit` octets.
    func isPlain(with words: Words, limit: Int) -> Bool {
        isASCII && !(hasName && !words.isNameASCII)
            && lines.allSatisfy { line in
                line.octets + line.names * words.name.escaped.count + line.links * words.link.escaped.count <= limit
            }
    }

    /// Appends the text with its gaps filled.
    func fill(_ words: Words, into bytes: inout [UInt8]) {
        for piece in pieces {
            switch piece {
            case .text(let text): bytes += text
            case .name: bytes += isHTML ? words.name.escaped : words.name.plain
            case .link: bytes += isHTML ? words.link.escaped : words.link.plain
            }
        }
    }

    /// What goes into the gaps of one mail.
    struct Words {
        let name: Word
        let link: Word
        let isNameASCII: Bool

        init(name: String, link: String) {
            self.name = Word(name)
            self.link = Word(link)
            isNameASCII = self.name.plain.allSatisfy { $0 < 0x80 }
        }
    }

    /// A word as text and as HTML.
    struct Word {
        let plain: [UInt8]
        let escaped: [UInt8]

        init(_ text: String) {
            plain = Array(text.utf8)
            escaped = plain.contains { Self.entity($0) != nil } ? plain.flatMap { Self.entity($0) ?? [$0] } : plain
        }

        private static func entity(_ byte: UInt8) -> [UInt8]? {
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            case UInt8(ascii: "'"): Array("&#39;".utf8)
            default: nil
            }
        }
    }
}
