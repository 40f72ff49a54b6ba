/// An input that stands for several texts: they are parted by lines with nothing but a tilde, so that the files of the
/// corpus can be read and written by hand. The line end that ends a file belongs to none of them.
struct Fields {
    private let fields: [String]

    init(_ input: [UInt8]) {
        let text = String(decoding: input.last == UInt8(ascii: "\n") ? input.dropLast() : input[...], as: UTF8.self)
        fields = Fields.split(text)
    }

    subscript(_ position: Int) -> String? {
        position < fields.count ? fields[position] : nil
    }

    /// By bytes: a carriage return before a line end makes one character of both.
    private static func split(_ text: String) -> [String] {
        var fields: [[UInt8]] = [[]]
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.elementsEqual("~".utf8) {
                fields[fields.count - 1] = fields[fields.count - 1].dropLast()
                fields.append([])
            } else {
                fields[fields.count - 1] += line
                fields[fields.count - 1].append(UInt8(ascii: "\n"))
            }
        }
        fields[fields.count - 1] = fields[fields.count - 1].dropLast()
        return fields.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Numbers that look random and come of the input alone, so that the same bytes do the same again.
struct Dice {
    private var state: UInt64

    init(_ input: [UInt8]) {
        state = input.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } | 1
    }

    /// From 0 up to `end`, which is above 0.
    mutating func roll(_ end: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(end))
    }
}
