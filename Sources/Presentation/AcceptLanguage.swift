/// What a browser says its reader reads (RFC 9110, 12.5.4).
package enum AcceptLanguage {
    private static let longestHeader = 256

    /// The tags of a header, the most wished for first; those that are not wanted at all are left out, and so is `*`.
    package static func tags(_ header: String?) -> [String] {
        guard let header, header.utf8.count <= longestHeader else { return [] }
        return header.split(separator: ",")
            .compactMap { entry -> (tag: String, weight: Double)? in
                let parts = entry.split(separator: ";", omittingEmptySubsequences: false)
                    .map { $0.filter { $0 != " " && $0 != "\t" } }
                guard let tag = parts.first, !tag.isEmpty, tag != "*" else { return nil }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
                return weight > 0 ? (tag, weight) : nil
            }
            .enumerated()
            .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
            .map(\.element.tag)
    }
}
