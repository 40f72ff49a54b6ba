internal import HummingbirdCore

/// The members of a posted JSON object, read strictly (RFC 8259, and RFC 7493 about repeated names).
///
/// Foundation's decoder takes the last of two equal names and guesses at encodings; here one object of strings and nulls
/// is all there is. Numbers, arrays and objects in it are ``Refusal/malformed``, known name or not.
struct JSONBody: Sendable {
    private let members: [String: String]

    /// The object in a request's body.
    static func read(_ request: Request) async throws -> JSONBody {
        try JSONBody(try await MediaType.json.body(of: request))
    }

    init(_ bytes: [UInt8]) throws(Refusal) {
        var reader = JSONReader(bytes)
        members = try reader.object()
    }

    /// A string that must be there, be it empty; null is missing.
    func required(_ name: String) throws(Refusal) -> String {
        guard let value = members[name] else { throw .malformed }
        return value
    }

    /// A string that may be missing, null or empty, which is nil alike.
    func optional(_ name: String) -> String? {
        members[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Reads one flat object from bytes and insists on their end.
private struct JSONReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Members that are null are left out.
    mutating func object() throws(Refusal) -> [String: String] {
        var members: [String: String] = [:]
        var names: Set<String> = []
        try expect("{")
        if !take("}") {
            repeat {
                skipSpaces()
                let name = try string()
                guard !name.isEmpty, name.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x5B && $0 != 0x5D }),
                    names.insert(name).inserted
                else { throw .malformed }
                try expect(":")
                skipSpaces()
                if rest.starts(with: "null".utf8) {
                    rest.removeFirst(4)
                } else {
                    members[name] = try string()
                }
            } while take(",")
            try expect("}")
        }
        skipSpaces()
        guard rest.isEmpty else { throw .malformed }
        return members
    }

    private mutating func string() throws(Refusal) -> String {
        guard rest.popFirst() == UInt8(ascii: "\"") else { throw .malformed }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
                return text
            case UInt8(ascii: "\\"): bytes += try escape()
            case 0..<0x20: throw .malformed
            default: bytes.append(byte)
            }
        }
        throw .malformed
    }

    private mutating func escape() throws(Refusal) -> [UInt8] {
        switch rest.popFirst() {
        case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
        case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
        case UInt8(ascii: "/"): return [UInt8(ascii: "/")]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
        default: throw .malformed
        }
    }

    /// After `\u`: one unit, or a pair of surrogates; half a pair is no character.
    private mutating func scalar() throws(Refusal) -> Character {
        var value = try unit()
        if (0xD800..<0xDC00).contains(value) {
            guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") else { throw .malformed }
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw .malformed }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw .malformed }
        return Character(scalar)
    }

    private mutating func unit() throws(Refusal) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = rest.popFirst().flatMap(hexValue) else { throw .malformed }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func skipSpaces() {
        while let byte = rest.first, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { rest.removeFirst() }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Refusal) {
        guard take(character) else { throw .malformed }
    }
}
