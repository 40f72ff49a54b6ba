internal import Accounts
internal import HTTPTypes
internal import Logging
internal import PasswordReset

/// `/not-me/{token}`: where the second link of a mail leads. Opening it changes nothing, for mail scanners open it too;
/// posting ends what the mail was about.
struct NotMe: Sendable {
    let flow: any ResetFlow
    let pages: Pages

    var routes: [Route] {
        [
            Route("/not-me/done", [.get: { [pages] in pages.edition($0).reported }]),
            Route("/not-me/{token}", [.get: open, .post: report]),
        ]
    }

    @Sendable private func open(_ call: Call) async throws -> Answer {
        switch try await flow.standing(ofReport: call.parameter) {
        case .foreign: throw Refusal.notFound
        case .expired: throw Refusal.reportExpired
        case .open(let owner, let locks):
            return pages.edition(for: owner, wishes: call.wishes).notMe(token: call.parameter, locks: locks)
        }
    }

    /// A second post says what the first one said: it is done.
    @Sendable private func report(_ call: Call) async throws -> Answer {
        try await MediaType.nothing(in: call.request)
        let reader: LinkOwner
        switch try await flow.report(call.parameter, from: call.client?.description) {
        case .foreign: throw Refusal.notFound
        case .expired: throw Refusal.reportExpired
        case .alreadyReported(let owner): reader = owner
        case .reported(let account, let owner, let mail):
            reader = owner
            WebMetrics.reported(mail: mail)
            call.logger.warning(
                "somebody says of a mail that it was not they",
                metadata: [
                    LogKey.mail: "\(mail)", LogKey.accountKind: "\(account.kind.rawValue)",
                    LogKey.accountID: "\(account.id)",
                ])
        }
        return pages.redirect(to: "/not-me/done", for: reader, wishes: call.wishes)
    }
}
