/// One way in: a function over bytes that nobody has looked at, which throws a ``Violation`` when a promise is broken.
struct FuzzTarget: Sendable, CustomStringConvertible {
    /// Also the name of its folder in the corpus.
    let name: String
    /// Where longer inputs show nothing that shorter ones do not.
    let longest: Int
    /// What a mutation could hardly hit upon.
    let words: [String]
    let run: @Sendable ([UInt8]) throws -> Void

    var description: String { name }

    static let all = [token, address, reply, body, journal, setting, mail, template]

    init(
        _ name: String, longest: Int = 1024, words: [String] = [], run: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.longest = longest
        self.words = words
        self.run = run
    }

    /// As libFuzzer reads one: a word a line, in quotes, whatever is no plain letter as `\xAB`.
    var dictionary: String {
        words.map { word in
            let letters = word.utf8.map { byte in
                byte > 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C
                    ? String(Unicode.Scalar(byte)) : (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
            return "\"\(letters.joined())\""
        }.joined(separator: "\n")
    }
}
