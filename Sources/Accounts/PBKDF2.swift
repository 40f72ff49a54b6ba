import Crypto
import CryptoExtras
import Foundation

/// PBKDF2 with HMAC-SHA-256 as Django stores it: `pbkdf2_sha256$ITERATIONS$SALT$BASE64`.
enum PBKDF2 {
    /// Django's default has grown to over a million; five are some seconds of work.
    private static let maximumIterations = 5_000_000
    private static let digestLength = 32

    /// The salt is used as the text that it is (`django.utils.crypto.pbkdf2`).
    static func verify(_ password: [UInt8], against hash: String) throws(HashingError) -> Bool {
        let fields = hash.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 4, fields[0] == "pbkdf2_sha256", let iterations = iterations(fields[1]),
            !fields[2].isEmpty, let digest = Data(base64Encoded: String(fields[3])), digest.count == digestLength
        else { throw .unreadable }
        let derived: SymmetricKey
        do {
            derived = try KDF.Insecure.PBKDF2.deriveKey(
                from: password, salt: Array(fields[2].utf8), using: .sha256, outputByteCount: digestLength,
                unsafeUncheckedRounds: iterations)
        } catch { throw .failed }
        // Keys are compared in constant time.
        return derived == SymmetricKey(data: digest)
    }

    private static func iterations(_ field: Substring) -> Int? {
        guard field.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(field),
            (1...maximumIterations).contains(number)
        else { return nil }
        return number
    }
}
