@testable import Delivery

extension FuzzTarget {
    /// The outcome journal, as a death or a failing disk may have left it.
    static let journal = FuzzTarget(
        "journal", longest: 1024, words: ["resetd outcomes 1\n", " 1 7 ", "-9223372036854775808"]
    ) { input in
        let text = String(decoding: input, as: UTF8.self)
        try whole(Journal.parse(text).records, in: text)
        try torn(input)
        try tailed(input, text)
    }

    private static let head = "resetd outcomes 1\n"

    /// Every record that is read stands in the text as it is written, a line of its own. The last one's line end may be
    /// missing: its check says that all else is there.
    private static func whole(_ records: [Journal.Record], in text: String) throws {
        let bytes = Array("\(text)\n".utf8)
        for record in records {
            try require(
                bytes.firstRange(of: Array("\n\(Journal.line(record))".utf8)) != nil, "a record is a whole line")
        }
    }

    /// The input as records: written, cut anywhere, and read.
    private static func torn(_ input: [UInt8]) throws {
        let records = stride(from: 0, to: min(input.count, 240), by: 24).map { start in
            func number(_ part: Int) -> Int64 {
                input[start...].dropFirst(part * 8).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
            }
            return Journal.Record(id: number(0), fence: number(1), session: number(2))
        }
        let text = head + records.map(Journal.line).joined()
        try require(Journal.parse(text) == (records, true), "what is written is read")
        var dice = Dice(input)
        let cut = dice.roll(text.utf8.count + 1)
        let rest = String(decoding: Array(text.utf8)[..<cut], as: UTF8.self)
        let read = Journal.parse(rest)
        var end = head.utf8.count
        let lines = records.prefix { record in
            end += Journal.line(record).utf8.count
            return end - 1 <= cut
        }
        try require(read.records.elementsEqual(lines), "a cut costs the record that it is in and no other")
        try require(read.isWhole == (rest.isEmpty || rest.hasSuffix("\n")), "a cut line is noticed")
    }

    /// Whatever follows whole lines, they are there.
    private static func tailed(_ input: [UInt8], _ text: String) throws {
        let records = [Journal.Record(id: 1, fence: 2, session: 3), Journal.Record(id: .max, fence: 1, session: 1)]
        let (read, isWhole) = Journal.parse(head + records.map(Journal.line).joined() + text)
        try require(read.starts(with: records), "a tail costs no record before it")
        try whole(Array(read.dropFirst(2)), in: "\n\(text)")
        try require(!isWhole || text.isEmpty || text.hasSuffix("\n"), "a torn end is noticed")
        // A write that did not get through is followed by the next one.
        let after = Journal.Record(id: 9, fence: 9, session: 9)
        let healed = Journal.parse(head + text + "\n" + Journal.line(after))
        try require(healed.records.last == after, "a whole line behind a torn one is read")
    }
}
