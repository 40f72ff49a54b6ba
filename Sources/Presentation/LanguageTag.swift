/// Finds the language that comes next to what somebody wishes for (RFC 4647, 3.4, lookup).
enum LanguageTag {
    /// The tag among `spoken` for a wished one, or nil: `de-AT` gets `de`, `zh-TW` gets `zh-Hant`, and `no` gets `nb`.
    ///
    /// - Parameters:
    ///   - wish: a language tag (RFC 5646), or what POSIX and older systems write, such as `de_AT.UTF-8`.
    ///   - spoken: tags by what they are in lower case.
    static func match(_ wish: String, among spoken: [String: String]) -> String? {
        var tag = wish.prefix { $0 != "." && $0 != "@" }.lowercased().replacing("_", with: "-")
        // No tag needs more (RFC 5646, 4.4.1); columns of other systems may hold anything.
        guard tag.utf8.count <= 35 else { return nil }
        let alias = Self.alias(tag)
        while !tag.isEmpty {
            if let found = spoken[tag] { return found }
            tag = tag.lastIndex(of: "-").map { String(tag[..<$0]) } ?? ""
        }
        return alias.flatMap { spoken[$0] }
    }

    /// What else a language is called, or written like.
    private static func alias(_ tag: String) -> String? {
        let parts = tag.split(separator: "-").map(String.init)
        switch parts.first {
        // Without a script the place tells: Taiwan, Hong Kong and Macao write traditional characters.
        case "zh", "cmn", "yue":
            return parts.contains { ["hant", "tw", "hk", "mo"].contains($0) } || parts == ["yue"]
                ? "zh-hant" : "zh-hans"
        case "no", "nn": return "nb"
        case "iw": return "he"
        case "prs": return "fa"
        default: return nil
        }
    }
}
