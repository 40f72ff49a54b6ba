/// Makes replies of bytes, with no more memory than one fixed buffer, whatever the relay sends.
struct ReplyParser {
    /// Why the bytes are no reply; the session cannot be trusted after it.
    enum Fault: Error, Equatable {
        case malformed, oversized
    }

    /// A complete reply, still lying in the buffer: valid until the next `receive`.
    struct Found {
        let code: Int
        fileprivate let range: Range<Int>
    }

    // RFC 5321, 4.5.3.1.5 ends a line at 512 octets; relays that explain themselves at length get some more.
    private static let longestLine = 2048
    private static let mostLines = 100
    private static let capacity = 16384

    private var buffer = [UInt8](repeating: 0, count: ReplyParser.capacity)
    private var start = 0
    private var end = 0

    /// Whether every byte that came has been read as part of a reply.
    var isEmpty: Bool { start == end }

    /// Lets `fill` write into the free part of the buffer; it answers how many bytes it wrote.
    mutating func receive(_ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        if start > 0 {
            // What is left is a part of a reply at most, or pipelined answers: short.
            for offset in 0..<(end - start) { buffer[offset] = buffer[start + offset] }
            end -= start
            start = 0
        }
        end += unsafe buffer.withUnsafeMutableBytes { all in
            unsafe fill(UnsafeMutableRawBufferPointer(rebasing: all[end...]))
        }
    }

    /// Takes bytes as they are; false when there is no room for them.
    mutating func receive(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.count <= ReplyParser.capacity - (end - start) else { return false }
        unsafe receive { free in
            unsafe free.copyBytes(from: bytes)
            return bytes.count
        }
        return true
    }

    /// The next whole reply, or nil when more bytes must come first.
    ///
    /// A line is `250-text` or, the last, `250 text` or `250` (RFC 5321, 4.2.1), all with one code. A lone LF ends a
    /// line too: nothing hangs on that distinction in this direction.
    mutating func next() throws(Fault) -> Found? {
        var line = start
        var code: Int?
        for _ in 0..<ReplyParser.mostLines {
            guard let lineEnd = buffer[line..<end].firstIndex(of: UInt8(ascii: "\n")) else {
                guard end - line <= ReplyParser.longestLine, end - start < ReplyParser.capacity else {
                    throw .oversized
                }
                return nil
            }
            guard lineEnd - line <= ReplyParser.longestLine else { throw .oversized }
            let (lineCode, isLast) = try read(line: line..<lineEnd)
            guard code == nil || code == lineCode else { throw .malformed }
            code = lineCode
            line = lineEnd + 1
            if isLast {
                defer { start = line }
                return Found(code: lineCode, range: start..<line)
            }
        }
        throw .oversized
    }

    /// Copies a reply out of the buffer.
    func reply(_ found: Found) -> Reply {
        var text: [UInt8] = []
        text.reserveCapacity(found.range.count)
        var line = found.range.lowerBound
        while line < found.range.upperBound {
            let lineEnd = buffer[line..<found.range.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? line
            if line > found.range.lowerBound { text.append(UInt8(ascii: "\n")) }
            let last = lineEnd > line && buffer[lineEnd - 1] == UInt8(ascii: "\r") ? lineEnd - 1 : lineEnd
            if line + 4 < last { text.append(contentsOf: buffer[(line + 4)..<last]) }
            line = lineEnd + 1
        }
        return Reply(code: found.code, bytes: text)
    }

    private func read(line: Range<Int>) throws(Fault) -> (code: Int, isLast: Bool) {
        let first = line.lowerBound
        guard line.count >= 3, (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(buffer[first]) else {
            throw .malformed
        }
        var code = 0
        for index in first..<(first + 3) {
            guard (0x30...0x39).contains(buffer[index]) else { throw .malformed }
            code = code * 10 + Int(buffer[index] - 0x30)
        }
        switch line.count == 3 ? UInt8(ascii: "\r") : buffer[first + 3] {
        case UInt8(ascii: " "), UInt8(ascii: "\r"): return (code, true)
        case UInt8(ascii: "-"): return (code, false)
        default: throw .malformed
        }
    }
}
