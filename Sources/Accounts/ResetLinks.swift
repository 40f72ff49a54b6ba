package import PasswordReset
package import Postgres

/// The links that people open: how one stands, and what may be done with it.
///
/// Signature and expiry are checked before any work for the database, with its clock as this host knows it; what a row
/// says is then judged by the database's own.
package struct ResetLinks: Sendable {
    let pool: Pool
    private let currentKeys: @Sendable () -> LinkKeys
    let clock: DatabaseClock
    let credentials: Credentials
    let requests: RequestWriter
    private let standings: LinkStandings

    /// - Parameter keys: the ring, asked for at each link, since SIGHUP may have changed it.
    package init(
        credentials: Credentials, keys: @escaping @Sendable () -> LinkKeys, clock: DatabaseClock,
        requests: RequestWriter
    ) {
        pool = credentials.pool
        self.credentials = credentials
        currentKeys = keys
        self.clock = clock
        self.requests = requests
        standings = LinkStandings(pool: pool)
    }

    var keys: LinkKeys { currentKeys() }

    /// How the link stands that ends in `text`. Changes nothing: mail scanners open links too.
    package func standing(of text: String) async throws -> LinkStanding {
        guard let token = Token(text, keys: keys, for: .reset) else { return .foreign }
        guard token.expiresAt > clock.now else { return .dead(.expired) }
        return try await standings(token)
    }

    /// Queues a new request for the account of a dead link whose signature is ours; false when it is not ours. For a link
    /// that still works nothing is queued: it is good enough.
    ///
    /// It is mailed, or not, within the limits of every other request, to the address that the account has by then;
    /// the asking browser learns nothing of it.
    package func renew(_ text: String, from clientAddress: String?) async throws -> Bool {
        guard let token = Token(text, keys: keys, for: .reset) else { return false }
        if case .open = try await standing(of: text) { return true }
        if let request = try await LinkedRequest.renewal(of: token, from: clientAddress, on: pool) {
            try await requests.submit(request)
        }
        return true
    }
}
