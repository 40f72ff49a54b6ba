/// A page that is the same for everybody but for the token of a link: rendered once, and put together for each answer.
struct PreparedPage: Sendable {
    /// Stands for the token while the page is rendered: a letter for private use, which no page has a use for.
    static let gap = "\u{F8A3}"

    private let parts: [String]

    init(_ rendered: String) {
        parts = rendered.split(separator: Self.gap, omittingEmptySubsequences: false).map(String.init)
    }

    /// - Parameter token: of letters, digits, `-` and `_`; anything else could be markup, and is left out.
    func html(token: String = "") -> String {
        guard parts.count > 1 else { return parts[0] }
        let isToken = token.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return parts.joined(separator: isToken ? token : "")
    }
}
