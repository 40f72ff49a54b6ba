import CCrypt
import Glibc

/// crypt(3), which verifies what any of its families made: bcrypt, yescrypt, scrypt, sha512crypt and sha256crypt.
enum Crypt {
    /// What it takes (`CRYPT_MAX_PASSPHRASE_SIZE`, with the NUL at its end).
    private static let maximumBytes = 511

    /// Whether `password` gives `hash`. bcrypt looks at 72 bytes, as whatever made the hash did.
    static func verify(_ password: [UInt8], against hash: String) throws(HashingError) -> Bool {
        guard CryptSetting.isSane(hash) else { throw .unreadable }
        // No hash is of such a password, for crypt(3) takes none that is longer and stops at a NUL. The work is done all
        // the same, so that the time does not tell of which form a stored hash is.
        let fits = password.count <= maximumBytes && !password.contains(0)
        let computed = try compute(fits ? password : [], setting: hash.utf8.map(CChar.init(bitPattern:)) + [0])
        return isEqual(Array(computed.utf8), Array(hash.utf8)) && fits
    }

    /// - Parameter setting: a hash, or what `crypt_gensalt_rn` made; with its NUL.
    static func compute(_ password: [UInt8], setting: [CChar]) throws(HashingError) -> String {
        let phrase = password.map(CChar.init(bitPattern:)) + [0]
        return try unsafe withUnsafeTemporaryAllocation(of: crypt_data.self, capacity: 1) {
            data throws(HashingError) in
            guard let data = data.baseAddress else { throw .failed }
            unsafe data.initialize(to: crypt_data())
            defer {
                // The structure holds what was derived from the password.
                unsafe data.initialize(to: crypt_data())
            }
            guard let result = unsafe crypt_rn(phrase, setting, data, Int32(MemoryLayout<crypt_data>.size)) else {
                throw errno == ENOMEM ? .failed : .unreadable
            }
            let hash = unsafe String(cString: result)
            // crypt_rn(3) returns no token of failure; one that came by must never match a stored one.
            guard !hash.hasPrefix("*") else { throw .unreadable }
            return hash
        }
    }

    /// In a time that tells nothing of where two hashes differ.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
