package import Crypto

/// The ring of keys that sign links: the first signs, all verify, so that rotating loses no outstanding link.
///
/// Its text, which `resetd keys generate` prints and `link.keys` or the file of `link.keysFile` holds, is one
/// `ID:KEY` for each key, apart by white space or commas: ID is 1 to 65535, KEY 32 random bytes in base64url.
/// What follows a `#` on a line is a remark.
package struct LinkKeys: Sendable {
    /// One key, and the keys derived from it, each for one purpose alone (ASVS 11.2.4).
    package struct Entry: Sendable {
        package let id: UInt16
        fileprivate let secret: SymmetricKey
        private let derived: [Token.Purpose: SymmetricKey]

        fileprivate init(id: UInt16, secret: SymmetricKey) {
            self.id = id
            self.secret = secret
            derived = Dictionary(
                uniqueKeysWithValues: Token.Purpose.allCases.map { purpose in
                    // HKDF (RFC 5869): the label keeps each purpose's key apart from every other's.
                    let key = HKDF<SHA256>.deriveKey(
                        inputKeyMaterial: secret, info: Array(purpose.label.utf8), outputByteCount: 32)
                    return (purpose, key)
                })
        }

        package func key(for purpose: Token.Purpose) -> SymmetricKey {
            derived[purpose] ?? secret
        }

        /// What a login that nobody has is counted by. With a key, so that what was typed, a password in the wrong field
        /// perhaps, cannot be found out from it.
        package func digest(ofLogin login: String, kind: AccountKind) -> String {
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: secret, info: Array("resetd/unknown-login/v1".utf8), outputByteCount: 32)
            return Base64URL.encode(
                HMAC<SHA256>.authenticationCode(for: Array("\(kind.rawValue) \(login)".utf8), using: key))
        }
    }

    package let entries: [Entry]

    /// The key that signs.
    package var current: Entry { entries[0] }

    package var ids: [UInt16] { entries.map(\.id) }

    package subscript(id: UInt16) -> Entry? {
        entries.first { $0.id == id }
    }

    private init(entries: [Entry]) {
        self.entries = entries
    }

    /// A ring with one new key.
    package static func generate() -> LinkKeys {
        LinkKeys(entries: [Entry(id: 1, secret: SymmetricKey(size: .bits256))])
    }

    /// The ring with a new first key; the old ones go on verifying.
    ///
    /// - Parameter isBehind: the new key comes last instead, and verifies only: a fleet learns it before anybody signs
    ///   with it.
    package func rotated(behind isBehind: Bool = false) throws(LinkKeysError) -> LinkKeys {
        let taken = Set(ids)
        let next = (ids.max() ?? 0) < .max ? (ids.max() ?? 0) + 1 : (1...UInt16.max).first { !taken.contains($0) }
        guard let next else { throw .full }
        let new = Entry(id: next, secret: SymmetricKey(size: .bits256))
        return LinkKeys(entries: isBehind ? entries + [new] : [new] + entries)
    }

    /// The ring with another of its keys first.
    package func promoted(_ id: UInt16) throws(LinkKeysError) -> LinkKeys {
        guard let entry = self[id] else { throw .unknown(id) }
        return LinkKeys(entries: [entry] + entries.filter { $0.id != id })
    }

    /// The ring without an old key; links that it signed are dead. The signing key stays.
    package func pruned(of id: UInt16) throws(LinkKeysError) -> LinkKeys {
        guard self[id] != nil else { throw .unknown(id) }
        guard current.id != id else { throw .signing(id) }
        return LinkKeys(entries: entries.filter { $0.id != id })
    }

    package var text: String {
        entries.map { entry in
            let bytes = unsafe entry.secret.withUnsafeBytes { unsafe Array($0) }
            return "\(entry.id):\(Base64URL.encode(bytes))\n"
        }.joined()
    }

    /// Reads the text of a ring. Errors name the place and never quote a key.
    package init(_ text: String) throws(LinkKeysError) {
        var entries: [Entry] = []
        let words = text.split(whereSeparator: \.isNewline)
            .flatMap { $0.prefix { $0 != "#" }.split { $0.isWhitespace || $0 == "," } }
        for (index, word) in words.enumerated() {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let id = UInt16(parts[0]), id > 0
            else { throw .malformed(position: index + 1) }
            guard let bytes = Base64URL.decode(parts[1]), bytes.count == 32 else {
                throw .malformed(position: index + 1)
            }
            guard !entries.contains(where: { $0.id == id }) else { throw .repeated(id) }
            entries.append(Entry(id: id, secret: SymmetricKey(data: bytes)))
        }
        guard !entries.isEmpty else { throw .empty }
        self.entries = entries
    }
}

/// Keys are shown to nobody, not by mistake either.
extension LinkKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "keys \(ids.map(String.init).joined(separator: ", "))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why a text is no key ring, or a ring cannot be changed as asked. No case carries key material.
package enum LinkKeysError: Error, Equatable, CustomStringConvertible {
    case empty
    case malformed(position: Int)
    case repeated(UInt16)
    case unknown(UInt16)
    case signing(UInt16)
    case full

    package var description: String {
        switch self {
        case .empty: "the key ring holds no key; expected the output of 'resetd keys generate'"
        case .malformed(let position):
            "key \(position) of the ring is malformed; expected ID:KEY, an ID from 1 to 65535 and 43 letters of base64url"
        case .repeated(let id): "the key ring holds key \(id) twice; every key needs an ID of its own"
        case .unknown(let id): "the key ring holds no key \(id)"
        case .signing(let id):
            "key \(id) is the one that signs; run 'resetd keys rotate' or 'promote' before taking it out"
        case .full: "the key ring holds 65535 keys; take old ones out with 'resetd keys prune'"
        }
    }
}
