internal import HummingbirdCore

/// The fields after the question mark of a request's target, read as strictly as those of a posted form.
struct Query: Sendable {
    private let fields: FormBody

    init(_ request: Request) throws(Refusal) {
        fields = try FormBody(Array((request.uri.query ?? "").utf8))
    }

    /// A field that may be missing or empty, which is nil alike.
    func text(_ name: String) -> String? {
        fields.optional(name)
    }

    /// A number of a row, without a sign.
    ///
    /// - Throws: ``Refusal/malformed`` for what is none.
    func number(_ name: String) throws(Refusal) -> Int64? {
        guard let text = text(name) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text) else { throw .malformed }
        return number
    }
}
