/// The tags of a mustache template that open, close and include something, in order.
///
/// swift-mustache keeps its own to itself; and what includes itself it renders until the stack is over, which ends the
/// daemon. So what a folder holds is looked through before (``TemplateLoop``).
struct TemplateTags {
    enum Tag: Equatable {
        /// `#`, `^`, or `<`, which includes a template too.
        case section(String)
        /// `$`: a block, be it its definition or its place.
        case block(String)
        case end(String)
        case include(String)
        /// `>*`: whatever a value names.
        case includeAny
    }

    let tags: [Tag]

    init(_ text: String) {
        var tags: [Tag] = []
        var rest = text[...]
        var (opening, closing) = ("{{", "}}")
        while let start = rest.firstRange(of: opening) {
            rest = rest[start.upperBound...]
            guard let sigil = rest.first else { break }
            let tail = rest.dropFirst().drop(while: \.isWhitespace)
            let name = String(tail.prefix { $0.isLetter || $0.isNumber || ".-_?()*/".contains($0) })
            switch sigil {
            case "!":
                guard let end = rest.firstRange(of: closing) else { break }
                rest = rest[end.upperBound...]
            case "=":
                let delimiters = tail.prefix { $0 != "=" || tail.first == "=" }.split(whereSeparator: \.isWhitespace)
                if delimiters.count == 2 { (opening, closing) = (String(delimiters[0]), String(delimiters[1])) }
                guard let end = tail.firstIndex(of: "=") else { break }
                rest = tail[end...]
            case "#", "^": tags.append(.section(name))
            case "$": tags.append(.block(name))
            case "/": tags.append(.end(name))
            case ">", "<":
                tags.append(name.hasPrefix("*") ? .includeAny : .include(name))
                if sigil == "<" { tags.append(.section(name)) }
            default: break
            }
        }
        self.tags = tags
    }
}
