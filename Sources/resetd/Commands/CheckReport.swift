/// One line for each thing looked at; what failed has a hint at the end of it.
struct CheckReport {
    private struct Line {
        let name: String
        let isGood: Bool
        let words: String
        let hint: String?
    }

    private let asJSON: Bool
    private var lines: [Line] = []

    init(asJSON: Bool) {
        self.asJSON = asJSON
    }

    var isGood: Bool { lines.allSatisfy(\.isGood) }

    func isGood(at name: String) -> Bool { lines.allSatisfy { $0.name != name || $0.isGood } }

    /// - Parameter hint: what to do about an error.
    @discardableResult
    mutating func line<Value>(
        _ name: String, hint: (any Error) -> String, _ body: () async throws -> (String, Value)
    ) async -> Value? {
        do {
            let (words, value) = try await body()
            add(Line(name: name, isGood: true, words: words, hint: nil))
            return value
        } catch {
            add(Line(name: name, isGood: false, words: Failure(error)?.line ?? "\(error)", hint: hint(error)))
            return nil
        }
    }

    @discardableResult
    mutating func line<Value>(
        _ name: String, hint: String, _ body: () async throws -> (String, Value)
    ) async -> Value? {
        await line(name, hint: { _ in hint }, body)
    }

    mutating func line(_ name: String, hint: String, _ body: () async throws -> String) async {
        await line(name, hint: hint) { (try await body(), ()) }
    }

    private mutating func add(_ line: Line) {
        lines.append(line)
        guard !asJSON else { return }
        let hint = line.hint.map { " → \($0)" } ?? ""
        print("\(line.isGood ? "ok  " : "FAIL")  \(line.name): \(Self.visible(line.words))\(hint)")
    }

    /// What another host said must not reach the terminal as it is.
    private static func visible(_ words: String) -> String {
        String(String.UnicodeScalarView(words.unicodeScalars.map { JSONText.isInvisible($0) ? " " : $0 }))
    }

    /// One JSON array, where that was asked for.
    func end() {
        guard asJSON else { return }
        let objects = lines.map { line in
            let members = [("check", line.name), ("words", line.words)] + (line.hint.map { [("hint", $0)] } ?? [])
            return "{\"ok\":\(line.isGood)"
                + members.map { ",\"\($0)\":\(JSONText.quoted($1))" }.joined() + "}"
        }
        print("[\(objects.joined(separator: ",\n "))]")
    }
}
