import CCrypt

/// bcrypt through crypt(3), for new hashes; ``Crypt`` verifies them.
enum Bcrypt {
    /// Everything after it would be cut off in silence.
    static let maximumBytes = 72
    private static let cost: UInt = 12

    /// Of our cost, and nobody's, for it was made of random bytes: what a login that does not exist is verified against.
    static let decoy = "$2b$12$cY6ZVf3yLieoY.QZKhmP8uuRm.LFrAdqdDZ91yTU5351J4txWc/OW"

    static func hash(_ password: [UInt8]) throws(HashingError) -> String {
        // A NUL would end it early.
        guard password.count <= maximumBytes, !password.contains(0) else { throw .failed }
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in CChar.random(in: .min ... .max, using: &random) }
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard unsafe crypt_gensalt_rn("$2b$", cost, salt, Int32(salt.count), &setting, Int32(setting.count)) != nil
        else {
            throw .failed
        }
        return try Crypt.compute(password, setting: setting)
    }
}
