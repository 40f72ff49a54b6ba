import CArgon2

/// Argon2 through its reference library: hashes in PHC string form.
enum Argon2 {
    /// OWASP Password Storage: m = 19 MiB, t = 2, p = 1, with a salt of 16 bytes.
    private static let memory: UInt32 = 19456
    private static let passes: UInt32 = 2
    private static let lanes: UInt32 = 1
    private static let hashLength = 32

    /// Of our parameters, and nobody's, for it was made of random bytes: what a login that does not exist is verified
    /// against.
    static let decoy =
        "$argon2id$v=19$m=19456,t=2,p=1$L296THY5N25JMkxBRXIrWA$3Fow/LMNsvmyqaoC+OJ5EdjcUapMF9GVv8Ljc4AC2Rk"

    static func hash(_ password: [UInt8]) throws(HashingError) -> String {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let length = argon2_encodedlen(
            passes, memory, lanes, UInt32(salt.count), UInt32(hashLength), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = unsafe argon2id_hash_encoded(
            passes, memory, lanes, password, password.count, salt, salt.count, hashLength, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw .failed }
        return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether `password` gives `hash`, compared by the library in constant time.
    static func verify(_ password: [UInt8], against hash: String) throws(HashingError) -> Bool {
        guard let type = type(of: hash), isSane(hash) else { throw .unreadable }
        let code = unsafe argon2_verify(hash, password, password.count, type)
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        case ARGON2_MEMORY_ALLOCATION_ERROR.rawValue: throw .failed
        default: throw .unreadable
        }
    }

    private static func type(of hash: String) -> argon2_type? {
        switch hash.split(separator: "$").first {
        case "argon2id": Argon2_id
        case "argon2i": Argon2_i
        case "argon2d": Argon2_d
        default: nil
        }
    }

    /// A stored hash may ask for any work; one that asks for more than 256 MiB, 16 passes or 16 lanes is not computed.
    private static func isSane(_ hash: String) -> Bool {
        guard let parameters = hash.split(separator: "$").first(where: { $0.hasPrefix("m=") }) else { return false }
        let limits: [Substring: Int] = ["m": 262_144, "t": 16, "p": 16]
        return parameters.split(separator: ",").allSatisfy { parameter in
            let parts = parameter.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let limit = limits[parts[0]], let value = Int(parts[1]) else { return false }
            return (1...limit).contains(value)
        }
    }
}
