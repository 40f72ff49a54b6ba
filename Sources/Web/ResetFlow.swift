package import Accounts
package import PasswordReset

/// What the pages need of the rest, so that they can be tested without a database.
package protocol ResetFlow: Sendable {
    /// Looks; changes nothing.
    func standing(of token: String) async throws -> LinkStanding
    /// Stores the password if the link still holds; `clientAddress` is for the audit.
    func redeem(_ token: String, password: String, from clientAddress: String?) async throws -> Redemption
    /// Queues a new request for the account of a dead link; false for a token that is not ours.
    func renew(_ token: String, from clientAddress: String?) async throws -> Bool
    /// Changes a secret for whoever knows the present one.
    func change(_ change: SecretChange, from clientAddress: String?) async throws -> ChangeOutcome
    /// Looks; changes nothing.
    func standing(ofReport token: String) async throws -> ReportStanding
    /// "This was not me": ends what the mail of this link was about.
    func report(_ token: String, from clientAddress: String?) async throws -> ReportOutcome
    /// Returns when the request is queued, whatever it is for.
    func submit(_ request: NewRequest) async throws
}

/// The real thing: links and the outbox.
struct AccountsFlow: ResetFlow {
    let links: ResetLinks
    let attempts: Attempts
    let requests: RequestWriter

    func standing(of token: String) async throws -> LinkStanding {
        try await links.standing(of: token)
    }

    func redeem(_ token: String, password: String, from clientAddress: String?) async throws -> Redemption {
        try await links.redeem(token, password: password, from: clientAddress)
    }

    func renew(_ token: String, from clientAddress: String?) async throws -> Bool {
        try await links.renew(token, from: clientAddress)
    }

    func change(_ change: SecretChange, from clientAddress: String?) async throws -> ChangeOutcome {
        try await attempts.change(change, from: clientAddress)
    }

    func standing(ofReport token: String) async throws -> ReportStanding {
        try await links.standing(ofReport: token)
    }

    func report(_ token: String, from clientAddress: String?) async throws -> ReportOutcome {
        try await links.report(token, from: clientAddress)
    }

    func submit(_ request: NewRequest) async throws {
        try await requests.submit(request)
    }
}
