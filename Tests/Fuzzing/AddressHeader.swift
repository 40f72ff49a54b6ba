import Foundation

/// A `From` or `To` with exactly one mailbox, read by the grammar of RFC 5322, 3.4 and RFC 2047, 5 (3): words of a phrase
/// are atoms or encoded-words alone, as we write no other.
struct AddressHeader {
    let name: String
    let address: String

    init(_ value: String) throws(Violation) {
        let unfolded = value.replacing("\r\n ", with: " ")
        try require(unfolded.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a header has no control character")
        let opening = try require(unfolded.utf8.lastIndex(of: UInt8(ascii: "<")), "an address stands in angles")
        try require(unfolded.utf8.last == UInt8(ascii: ">"), "nothing follows an address")
        name = try EncodedText.phrase(String(unfolded[..<opening]))
        let written = unfolded[unfolded.utf8.index(after: opening)...].dropLast()
        address = try Self.address(String(written))
    }

    /// `local@domain`: a local part of atoms and dots, or in quotes (RFC 5322, 3.4.1; dots anywhere, as many real
    /// addresses have them); a domain likewise, or a literal.
    private static func address(_ written: String) throws(Violation) -> String {
        var local: [UInt8] = []
        var rest = Array(written.utf8)[...]
        if rest.first == UInt8(ascii: "\"") {
            rest.removeFirst()
            while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                local.append(byte == UInt8(ascii: "\\") ? try require(rest.popFirst(), "a quoted pair is whole") : byte)
            }
        } else {
            local = Array(rest.prefix { isAtomText($0) || $0 == UInt8(ascii: ".") })
            rest = rest.dropFirst(local.count)
        }
        try require(!local.isEmpty && rest.popFirst() == UInt8(ascii: "@"), "a local part, then an @")
        let isLiteral = rest.first == UInt8(ascii: "[") && rest.last == UInt8(ascii: "]")
        let domain = isLiteral ? rest.dropFirst().dropLast() : rest
        try require(
            domain.allSatisfy { isLiteral ? !"[]\\".utf8.contains($0) : isAtomText($0) || $0 == UInt8(ascii: ".") },
            "a domain of atoms")
        return String(decoding: local + [UInt8(ascii: "@")] + rest, as: UTF8.self)
    }

    /// RFC 5322, 3.2.3, and RFC 6532 for what is beyond ASCII.
    static func isAtomText(_ byte: UInt8) -> Bool {
        byte >= 0x80
            || (byte > 0x20 && byte < 0x7F && !"()<>[]:;@\\,.\"".utf8.contains(byte))
    }
}
