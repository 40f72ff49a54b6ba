internal import HummingbirdCore

/// The fields of a posted form, read strictly: whatever could be read in two ways is ``Refusal/malformed``.
///
/// A bad percent-escape, invalid UTF-8, NUL, a name twice or with brackets: each is how an address gets past a check in
/// one reader and into another (Django CVE-2019-19844, GitLab CVE-2023-7028). A refusal never quotes what was sent.
struct FormBody: Sendable {
    private let fields: [String: String]

    /// The form in a request's body.
    static func read(_ request: Request) async throws -> FormBody {
        try FormBody(try await MediaType.form.body(of: request))
    }

    init(_ bytes: [UInt8]) throws(Refusal) {
        var fields: [String: String] = [:]
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try Self.decode(pair[..<equals])
            // ASCII alone, so that equal means equal byte for byte.
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x5B && $0 != 0x5D }), fields[name] == nil
            else { throw .malformed }
            fields[name] = try Self.decode(pair[equals...].dropFirst())
        }
        self.fields = fields
    }

    /// A field that must be there, be it empty.
    func required(_ name: String) throws(Refusal) -> String {
        guard let value = fields[name] else { throw .malformed }
        return value
    }

    /// A field that may be missing or empty, which is nil alike.
    func optional(_ name: String) -> String? {
        fields[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `application/x-www-form-urlencoded` (URL Standard, 5.1), but without its forgiveness.
    private static func decode(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> String {
        try PercentCode.decode(bytes, plusIsSpace: true)
    }
}
