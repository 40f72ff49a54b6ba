import CCrypt

/// bcrypt through crypt(3).
enum Bcrypt {
    /// Everything after it would be cut off in silence.
    static let maximumBytes = 72
    private static let cost: UInt = 12
    /// A stored hash with a higher cost takes many seconds; it is not computed.
    private static let maximumCost = 15

    static func hash(_ password: [UInt8]) throws(HashingError) -> String {
        guard password.count <= maximumBytes else { throw .failed }
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in CChar.random(in: .min ... .max, using: &random) }
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard unsafe crypt_gensalt_rn("$2b$", cost, salt, Int32(salt.count), &setting, Int32(setting.count)) != nil
        else {
            throw .failed
        }
        return try crypt(password, setting: setting)
    }

    static func verify(_ password: [UInt8], against hash: String) throws(HashingError) -> Bool {
        let parts = hash.split(separator: "$")
        guard parts.count == 3, let cost = Int(parts[1]), cost <= maximumCost else { throw .unreadable }
        let computed = try crypt(password, setting: hash.utf8.map(CChar.init(bitPattern:)) + [0])
        return isEqual(Array(computed.utf8), Array(hash.utf8))
    }

    private static func crypt(_ password: [UInt8], setting: [CChar]) throws(HashingError) -> String {
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
                throw .unreadable
            }
            return unsafe String(cString: result)
        }
    }

    /// In a time that tells nothing of where two hashes differ.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
