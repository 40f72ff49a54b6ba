import Crypto

/// The last part of a link: 51 bytes in base64url, which name a request and an expiry and prove that we signed both.
///
///     version (1)  key id (2)  request id (8)  expiry, Unix seconds (8)  HMAC-SHA-256 (32)
///
/// Numbers are big-endian. The MAC covers a label that names the purpose, then the bytes before it. Nothing in a token
/// is secret but the MAC; whoever holds one may redeem it, so it is never logged, stored, or put in an error.
package struct Token: Sendable, Equatable {
    /// What a token may be used for. One that was made for one purpose is nothing for another.
    package enum Purpose: String, Sendable, CaseIterable {
        case reset
        /// "This was not me": what the reader of a mail did not do.
        case notMe = "not-me"

        /// What the MAC covers first, and what its key is derived for.
        var label: String { "resetd/\(rawValue)/v1" }
    }

    package static let version: UInt8 = 1
    package static let byteCount = 51
    package static let characterCount = 68
    private static let signedCount = 19

    package let keyID: UInt16
    package let requestID: Int64
    /// Unix seconds.
    package let expiresAt: Int64

    package init(keyID: UInt16, requestID: Int64, expiresAt: Int64) {
        self.keyID = keyID
        self.requestID = requestID
        self.expiresAt = expiresAt
    }

    /// The text that goes into a link.
    package func signed(by key: LinkKeys.Entry, for purpose: Purpose) -> String {
        precondition(key.id == keyID, "a token is signed by the key that it names")
        let bytes = signedBytes
        let mac = HMAC<SHA256>.authenticationCode(for: Self.covered(bytes, purpose), using: key.key(for: purpose))
        return Base64URL.encode(bytes + Array(mac))
    }

    /// The token that `text` is, if we signed it for `purpose`; nil for any other length, alphabet, version, key or MAC.
    ///
    /// Expiry is not looked at: an expired token of ours is still ours, and its bearer is told so. The comparison takes
    /// constant time (`HMAC.isValidAuthenticationCode`).
    package init?(_ text: some StringProtocol, keys: LinkKeys, for purpose: Purpose) {
        guard text.utf8.count == Self.characterCount, let bytes = Base64URL.decode(text),
            bytes.count == Self.byteCount, bytes[0] == Self.version
        else { return nil }
        keyID = Self.number(bytes[1..<3])
        requestID = Self.number(bytes[3..<11])
        expiresAt = Self.number(bytes[11..<19])
        guard let key = keys[keyID],
            HMAC<SHA256>.isValidAuthenticationCode(
                bytes[Self.signedCount...],
                authenticating: Self.covered(Array(bytes[..<Self.signedCount]), purpose),
                using: key.key(for: purpose))
        else { return nil }
    }

    private var signedBytes: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(Self.byteCount)
        Self.append(keyID, to: &bytes)
        Self.append(requestID, to: &bytes)
        Self.append(expiresAt, to: &bytes)
        return bytes
    }

    private static func covered(_ bytes: [UInt8], _ purpose: Purpose) -> [UInt8] {
        var covered: [UInt8] = []
        covered.reserveCapacity(64)
        covered += purpose.label.utf8
        covered.append(0)
        covered += bytes
        return covered
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        var shift = Number.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
        bytes.reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}
