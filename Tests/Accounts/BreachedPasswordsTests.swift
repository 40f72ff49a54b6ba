import Foundation
import PasswordReset
import TestSupport
import Testing

@testable import Accounts

/// Lists in the form of Have I Been Pwned, made here.
@Suite(.timeLimit(.minutes(5)))
struct BreachedPasswordsTests {
    /// printf password1234 | sha1sum, and likewise of the others, in ascending order.
    private static let known = [
        "letmein": "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3",
        "password1234": "E6B6AFBD6D76BB5D2041542D7D2E3FAC5BB05593",
        "seven quiet otters": "E8AC45DF8608F97DCD67D7E7DF9909B61985B988",
    ]

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func hex(_ digest: [UInt8]) -> String {
        // By a table: a list has a hundred thousand of them, and a format would be read anew for each byte.
        String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The same digest in every place, but for its first two bytes and its last.
    private static func digest(_ number: Int, last: UInt8 = 0x80) -> [UInt8] {
        [UInt8(number >> 8 & 255), UInt8(number & 255)] + [UInt8](repeating: 0x5A, count: 17) + [last]
    }

    /// Lines with counts of one to ten digits, for lists whose lines are not all of one length.
    private static func text(_ digests: [[UInt8]], end: String = "\r\n", final: Bool = true) -> String {
        let lines = digests.enumerated().map { place, digest in
            "\(hex(digest)):\(String(repeating: "7", count: 1 + place * 7 % 10))"
        }
        return lines.joined(separator: end) + (final ? end : "")
    }

    @Test(arguments: ["\n", "\r\n"], [true, false])
    func `a password is found in the list whatever its line ends are`(end: String, final: Bool) throws {
        let folder = try TemporaryFolder()
        let lines = Self.known.values.sorted().map { "\($0):4711" }
        let file = try folder.file("list", lines.joined(separator: end) + (final ? end : ""))
        let list = try BreachedPasswords(path: file.path)
        for password in Self.known.keys { #expect(try list.contains(PreparedPassword(password))) }
        for password in ["", "Letmein", "seven quiet otterz", "password12345"] {
            #expect(try !list.contains(PreparedPassword(password)))
        }
    }

    @Test func `lower-case digits are as good`() throws {
        let folder = try TemporaryFolder()
        let text = Self.known.values.sorted().map { "\($0.lowercased()):1\n" }.joined()
        let list = try BreachedPasswords(path: folder.file("list", text).path)
        for password in Self.known.keys { #expect(try list.contains(PreparedPassword(password))) }
    }

    @Test func `the prepared form of a password is looked up`() throws {
        let folder = try TemporaryFolder()
        // printf 'pâte brisée' | sha1sum, composed
        let file = try folder.file("list", "9D87C6C3E2D5D6CE10721B01E78BBFD1CD2FC44A:3\n")
        let list = try BreachedPasswords(path: file.path)
        #expect(try list.contains(PreparedPassword("pa\u{302}te\u{A0}brise\u{301}e")))
    }

    @Test(arguments: 1...40, [true, false])
    func `every line of a short list is found, and nothing between, before or behind`(count: Int, final: Bool) throws {
        let folder = try TemporaryFolder()
        let numbers = (1...count).map { $0 * 3 }
        for end in ["\n", "\r\n"] {
            let file = try folder.file("list", Self.text(numbers.map { Self.digest($0) }, end: end, final: final))
            let list = try BreachedPasswords(path: file.path)
            for number in numbers {
                #expect(try list.contains(digest: Self.digest(number)))
                #expect(try !list.contains(digest: Self.digest(number - 1)))
                #expect(try !list.contains(digest: Self.digest(number + 1)))
                #expect(try !list.contains(digest: Self.digest(number, last: 0x7F)))
                #expect(try !list.contains(digest: Self.digest(number, last: 0x81)))
            }
            #expect(try !list.contains(digest: [UInt8](repeating: 0, count: 20)))
            #expect(try !list.contains(digest: [UInt8](repeating: 0xFF, count: 20)))
        }
    }

    @Test func `of a hundred thousand lines all are found, and no neighbour of one`() throws {
        var random = SystemRandomNumberGenerator()
        let digests = Set((0..<100_000).map { _ in (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) } })
            .sorted { $0.lexicographicallyPrecedes($1) }
        let folder = try TemporaryFolder()
        let list = try BreachedPasswords(path: folder.file("list", Self.text(digests)).path)
        var missed = 0
        var invented = 0
        for (place, digest) in digests.enumerated() {
            if try !list.contains(digest: digest) { missed += 1 }
            guard place.isMultiple(of: 10) else { continue }
            for last in [digest[19] &- 1, digest[19] &+ 1] where try list.contains(digest: digest[..<19] + [last]) {
                invented += 1
            }
        }
        #expect(missed == 0)
        #expect(invented == 0)
    }

    @Test(arguments: [
        "nonsense", "\n", "\r\n", " ", ":", "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3",
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3\n", "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:\n",
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:x\n", "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE:1\n",
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3 1\n", "G7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1\n",
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3A:1\n", "5F4DCC3B5AA765D61D8327DEB882CF99:1\n",
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1\n\n", "\nB7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1\n",
        // Out of order, and the same twice.
        "E6B6AFBD6D76BB5D2041542D7D2E3FAC5BB05593:1\nB7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1\n",
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1\nB7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1\n",
        // Passwords themselves, and one line that has no end within reach.
        "letmein\npassword1234\n", String(repeating: "7", count: 10_000),
        "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:" + String(repeating: "7", count: 10_000) + "\n",
    ])
    func `another file is refused`(text: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("list", text)
        #expect(throws: BreachedPasswordsError.otherForm) { try BreachedPasswords(path: file.path) }
        #expect(try Self.descriptors(of: file) == 0)
    }

    @Test func `what is not there, empty, or no file is refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: BreachedPasswordsError.missing) {
            try BreachedPasswords(path: folder.url.appending(path: "none").path)
        }
        let empty = try folder.file("empty")
        #expect(throws: BreachedPasswordsError.empty) { try BreachedPasswords(path: empty.path) }
        #expect(try Self.descriptors(of: empty) == 0)
        let pipe = folder.url.appending(path: "pipe")
        let isMade = unsafe mkfifo(pipe.path, 0o600) == 0
        try #require(isMade)
        for path in [folder.url.path, pipe.path] {
            #expect(throws: BreachedPasswordsError.unreadable(reason: "it is not a regular file")) {
                try BreachedPasswords(path: path)
            }
        }
        #expect(throws: BreachedPasswordsError.unreadable(reason: "Not a directory")) {
            try BreachedPasswords(path: empty.path + "/list")
        }
    }

    @Test func `the file is open as long as the list lives`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("list", Self.text([Self.digest(1)]))
        var list: BreachedPasswords? = try BreachedPasswords(path: file.path)
        #expect(try Self.descriptors(of: file) == 1)
        // Renaming another into its place, as one brings a new list, leaves this one as it was.
        let next = try folder.file("next", Self.text([Self.digest(2)]))
        let isRenamed = unsafe rename(next.path, file.path) == 0
        try #require(isRenamed)
        #expect(try list?.contains(digest: Self.digest(1)) == true)
        list = nil
        #expect(try Self.descriptors(of: file) == 0)
    }

    @Test func `a file that shrinks after it was opened is an error, not an answer`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("list", Self.text((1...1000).map { Self.digest($0) }))
        let list = try BreachedPasswords(path: file.path)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? off_t)
        for length in [size - 1, size / 2, 100, 30, 1, 0] {
            let isCut = unsafe truncate(file.path, length) == 0
            try #require(isCut)
            #expect(throws: BreachedPasswordsError.changed) { try list.contains(digest: Self.digest(1000, last: 0xFF)) }
        }
    }

    @Test(arguments: ["\n", "x", "\0", "7", "7:7\n", "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3:1"])
    func `a file that is overwritten with garbage is an error, not an answer`(garbage: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("list", Self.text((1...1000).map { Self.digest($0) }))
        let list = try BreachedPasswords(path: file.path)
        let size = try Data(contentsOf: file).count
        let bytes = Array(String(repeating: garbage, count: size / garbage.utf8.count + 1).utf8.prefix(size))
        try Data(bytes).write(to: file)
        for number in 1...1000 {
            #expect(throws: BreachedPasswordsError.changed) { try list.contains(digest: Self.digest(number)) }
        }
    }

    /// Nothing says what is found then; but there is an end to it.
    @Test func `a list that is out of order comes to an end`() throws {
        let folder = try TemporaryFolder()
        var numbers = Array(2...999)
        for _ in 0..<20 {
            numbers.shuffle()
            let digests = ([1] + numbers + [1000]).map { Self.digest($0) }
            let list = try BreachedPasswords(path: folder.file("list", Self.text(digests)).path)
            for number in 0...1001 { _ = try list.contains(digest: Self.digest(number)) }
        }
    }

    private static func descriptors(of file: URL) throws -> Int {
        let folder = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
            return target?.hasPrefix(file.path) == true
        }
    }
}
