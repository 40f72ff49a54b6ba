internal import HTTPTypes
internal import Accounts
internal import PasswordReset

/// `/reset/{token}`: where the link of a mail leads. Opening it changes nothing; posting a password redeems it.
struct Reset: Sendable {
    let flow: any ResetFlow
    let pages: Pages
    /// To name every broken rule also when the fields differ and nothing is redeemed.
    let policy: PasswordPolicy
    let context: [String]

    var routes: [Route] {
        [
            Route("/reset/done", [.get: { [pages] _ in .html(pages.done) }]),
            Route("/reset/{token}", [.get: open, .post: redeem]),
            Route("/reset/{token}/renew", limit: .clientAndTotal, [.post: renew]),
        ]
    }

    @Sendable private func open(_ call: Call) async throws -> Answer {
        let standing = try await flow.standing(of: call.parameter)
        WebMetrics.linkOpened(standing)
        try require(standing)
        return .html(pages.reset(token: call.parameter, violations: []))
    }

    @Sendable private func redeem(_ call: Call) async throws -> Answer {
        let form = try await FormBody.read(call.request)
        let password = try form.required("password")
        let confirmation = try form.required("confirmation")
        // By bytes: `==` takes different spellings of one character for equal, and what is stored has one spelling.
        guard password.utf8.elementsEqual(confirmation.utf8) else {
            try require(try await flow.standing(of: call.parameter))
            return refused(call, violations(of: password) + [.confirmationDiffers])
        }
        switch try await WebMetrics.redeeming({
            try await flow.redeem(call.parameter, password: password, from: call.client?.description)
        }) {
        case .redeemed: return .redirect(to: "\(pages.base)/reset/done")
        case .refused(let violations): return refused(call, violations)
        case .foreign: throw Refusal.notFound
        case .dead(let end): throw Refusal.gone(end)
        }
    }

    /// The new mail goes to the same account; the page that follows says nothing about it.
    @Sendable private func renew(_ call: Call) async throws -> Answer {
        try await MediaType.nothing(in: call.request)
        guard try await flow.renew(call.parameter, from: call.client?.description) else { throw Refusal.notFound }
        return .redirect(to: "\(pages.base)/forgot/sent")
    }

    private func require(_ standing: LinkStanding) throws(Refusal) {
        switch standing {
        case .open: return
        case .foreign: throw .notFound
        case .dead(let end): throw .gone(end)
        }
    }

    private func refused(_ call: Call, _ violations: [PasswordViolation]) -> Answer {
        .html(pages.reset(token: call.parameter, violations: violations), status: .unprocessableContent)
    }

    /// The rules that need no account to be checked.
    private func violations(of password: String) -> [PasswordViolation] {
        do {
            return policy.violations(of: try PreparedPassword(password), context: context)
        } catch {
            return [error]
        }
    }
}
