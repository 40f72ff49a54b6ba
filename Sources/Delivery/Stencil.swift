/// A rendered template with gaps where one mail differs from the next: the person's name and login, the links, and when
/// something happened.
///
/// Templates are rendered once for a kind of mail and not once for each, which would take longer than all other steps
/// together. And what comes from people never passes through a template at all: no name can be taken for markup or a
/// tag, whatever an operator's template does with it.
struct Stencil: Sendable {
    /// What differs from mail to mail.
    enum Gap: CaseIterable {
        case name
        case login
        case link
        case notMeLink
        case moment

        /// What stands for it while a template is rendered: letters for private use, which a text has no use for.
        var mark: String {
            switch self {
            case .name: "\u{F8A1}"
            case .login: "\u{F8A4}"
            case .link: "\u{F8A2}"
            case .notMeLink: "\u{F8A5}"
            case .moment: "\u{F8A6}"
            }
        }

        fileprivate static let byMark = Dictionary(
            uniqueKeysWithValues: allCases.flatMap { gap in gap.mark.unicodeScalars.map { ($0, gap) } })
    }

    private enum Piece {
        case text([UInt8])
        case gap(Gap)
    }

    private let pieces: [Piece]
    private let isHTML: Bool
    private let isASCII: Bool
    private let hasPersonalGaps: Bool
    /// How long the lines are, and what goes into them: every line with a gap, and the longest of the others.
    private let lines: [Line]

    private struct Line {
        var octets = 0
        var gaps: [Gap] = []
    }

    /// Cuts a rendered text at its gaps; its lines end with CRLF from here on.
    init(_ rendered: String, isHTML: Bool = false) {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var lines: [Line] = []
        var longest = Line()
        for line in rendered.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            var shape = Line()
            // By scalars: a character may be a gap and a combining mark behind it.
            for scalar in line.unicodeScalars {
                if let gap = Gap.byMark[scalar] {
                    pieces += [.text(text), .gap(gap)]
                    text = []
                    shape.gaps.append(gap)
                } else {
                    let letter = String(scalar).utf8
                    text += letter
                    shape.octets += letter.count
                }
            }
            if !shape.gaps.isEmpty {
                lines.append(shape)
            } else if shape.octets > longest.octets {
                longest = shape
            }
            text += [0x0D, 0x0A]
        }
        self.pieces = pieces + [.text(text.dropLast(2))]
        self.isHTML = isHTML
        hasPersonalGaps = lines.contains { $0.gaps.contains { $0 != .link && $0 != .notMeLink } }
        self.lines = lines + [longest]
        isASCII = self.pieces.allSatisfy { piece in
            if case .text(let bytes) = piece { bytes.allSatisfy { $0 < 0x80 && $0 != 0 } } else { true }
        }
    }

    /// Whether it is another text with other words.
    var hasGaps: Bool { pieces.count > 1 }

    /// Whether the filled text is ASCII, with no line that is longer than `limit` octets.
    func isPlain(with fillings: Fillings, limit: Int) -> Bool {
        isASCII && !(hasPersonalGaps && !fillings.isASCII)
            && lines.allSatisfy { line in
                line.gaps.reduce(line.octets) { $0 + fillings[$1].escaped.count } <= limit
            }
    }

    /// Appends the text with its gaps filled.
    func fill(_ fillings: Fillings, into bytes: inout [UInt8]) {
        for piece in pieces {
            switch piece {
            case .text(let text): bytes += text
            case .gap(let gap): bytes += isHTML ? fillings[gap].escaped : fillings[gap].plain
            }
        }
    }
}

extension Stencil {
    /// What goes into the gaps of one mail.
    struct Fillings {
        private let name: Word
        private let login: Word
        private let link: Word
        private let notMeLink: Word
        private let moment: Word
        let isASCII: Bool

        init(name: String, login: String = "", link: String, notMeLink: String = "", moment: String = "") {
            self.name = Word(name)
            self.login = Word(login)
            self.link = Word(link)
            self.notMeLink = Word(notMeLink)
            self.moment = Word(moment)
            isASCII = [self.name, self.login, self.moment].allSatisfy { $0.plain.allSatisfy { $0 < 0x80 } }
        }

        subscript(_ gap: Gap) -> Word {
            switch gap {
            case .name: name
            case .login: login
            case .link: link
            case .notMeLink: notMeLink
            case .moment: moment
            }
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
