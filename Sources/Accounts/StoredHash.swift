/// Hashes as directories hold them: ours, and those that sites have from the systems before.
///
/// | prefix | made by |
/// |---|---|
/// | `$argon2id$`, `$argon2i$`, `$argon2d$` | Argon2's reference library, PHP, Python and their kin |
/// | `$2a$`, `$2b$`, `$2y$` | bcrypt |
/// | `$y$`, `$7$`, `$6$`, `$5$` | crypt(3): yescrypt, scrypt, sha512crypt, sha256crypt |
/// | `pbkdf2_sha256$` | Django |
enum StoredHash {
    /// Whether `password` gives `hash`, compared in a time that tells nothing of where they differ.
    ///
    /// A stored hash may ask for any work. One that asks for an absurd amount is refused before anything is computed:
    /// whoever can write a hash, or an import gone wrong, must not be able to stop the daemon with it.
    ///
    /// - Throws: ``HashingError/unreadable`` when the hash is of another form, damaged, or absurd.
    static func verify(_ password: [UInt8], against hash: String) throws(HashingError) -> Bool {
        if hash.hasPrefix("$argon2") { return try Argon2.verify(password, against: hash) }
        if hash.hasPrefix("pbkdf2_sha256$") { return try PBKDF2.verify(password, against: hash) }
        // What else there is, and crypt(3)'s tokens of failure (`*0`), is told from its own forms there.
        return try Crypt.verify(password, against: hash)
    }

    /// The same for a hash that may not be there: where it is nil or unreadable, the work is done against the first of
    /// `decoys` that can be read, and the answer is false whatever comes of it.
    static func verify(
        _ password: [UInt8], against hash: String?, orLike decoys: [String?]
    ) throws(HashingError) -> Bool {
        if let isRight = try compare(password, with: hash) { return isRight }
        for decoy in decoys where try compare(password, with: decoy) != nil { break }
        return false
    }

    /// Nil when there is nothing that can be read, and nothing was computed.
    private static func compare(_ password: [UInt8], with hash: String?) throws(HashingError) -> Bool? {
        guard let hash else { return nil }
        do { return try verify(password, against: hash) } catch {
            guard error == .unreadable else { throw error }
            return nil
        }
    }
}
