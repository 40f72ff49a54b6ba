internal import HTTPTypes

/// The App and its version, by which it names itself (`X-Client`, `X-Client-Version`): one that is too old is told to
/// upgrade before anything else is looked at.
enum ClientVersion {
    /// The first App that types a new password or PIN twice.
    static let minimumApp = "20.1.11"

    /// Refuses an App that is older, or does not say in numbers how old it is. Other clients come as they are.
    static func require(_ headers: HTTPFields) throws(Refusal) {
        guard headers[values: .client].contains(where: { $0.trimmingSpaces.lowercased() == "app" }) else { return }
        guard let version = headers[.clientVersion].flatMap(numbers), let minimum = numbers(minimumApp),
            !version.lexicographicallyPrecedes(minimum)
        else { throw .upgradeRequired }
    }

    /// `20.1.11` as numbers; nil for what is none. A missing one at the end is 0.
    private static func numbers(_ text: String) -> [Int]? {
        let parts = text.trimmingSpaces.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count),
            parts.allSatisfy({ (1...9).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        return parts.compactMap { Int($0) } + Array(repeating: 0, count: 4 - parts.count)
    }
}

extension HTTPField.Name {
    fileprivate static let client = HTTPField.Name("X-Client") ?? .userAgent
    fileprivate static let clientVersion = HTTPField.Name("X-Client-Version") ?? .userAgent
}
