internal import Glibc

/// Who runs PostgreSQL when we are root: it refuses to run as root itself.
struct UnprivilegedUser: Sendable, Equatable {
    let name: String
    let userID: UInt32
    let groupID: UInt32

    /// `postgres` where it exists, else `nobody`; nil when we are not root, and so need nobody else.
    ///
    /// - Throws: ``DemoFailure`` when we are root and the system has neither.
    static func needed() throws(DemoFailure) -> UnprivilegedUser? {
        guard geteuid() == 0 else { return nil }
        guard let user = named("postgres") ?? named("nobody") else {
            throw DemoFailure(
                "PostgreSQL refuses to run as root, and this system has no user \"postgres\" or \"nobody\".")
        }
        return user
    }

    private static func named(_ name: String) -> UnprivilegedUser? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        let code = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard code == 0, unsafe found != nil else { return nil }
        return UnprivilegedUser(name: name, userID: unsafe entry.pw_uid, groupID: unsafe entry.pw_gid)
    }
}
