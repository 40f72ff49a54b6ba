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
            Route("/reset/done", [.get: done]),
            Route("/reset/{token}", [.get: open, .post: redeem]),
            Route("/reset/{token}/renew", limit: .clientAndTotal, [.post: renew]),
        ]
    }

    @Sendable private func open(_ call: Call) async throws -> Answer {
        let standing = try await flow.standing(of: call.parameter)
        WebMetrics.linkOpened(standing)
        return pages.edition(for: try owner(standing), wishes: call.wishes).reset(token: call.parameter)
    }

    @Sendable private func done(_ call: Call) async throws -> Answer {
        pages.edition(call).done(kind: call.kind)
    }

    @Sendable private func redeem(_ call: Call) async throws -> Answer {
        let form = try await FormBody.read(call.request)
        let password = try form.required("password")
        let confirmation = try form.required("confirmation")
        // By bytes: `==` takes different spellings of one character for equal, and what is stored has one spelling.
        guard password.utf8.elementsEqual(confirmation.utf8) else {
            let owner = try owner(try await flow.standing(of: call.parameter))
            return pages.edition(for: owner, wishes: call.wishes)
                .reset(token: call.parameter, violations: violations(of: password) + [.confirmationDiffers])
        }
        switch try await WebMetrics.redeeming({
            try await flow.redeem(call.parameter, password: password, from: call.client?.description)
        }) {
        case .redeemed(let owner): return pages.redirect(to: "/reset/done", for: owner, wishes: call.wishes)
        case .refused(let violations, let owner):
            return pages.edition(for: owner, wishes: call.wishes).reset(token: call.parameter, violations: violations)
        case .foreign: throw Refusal.notFound
        case .dead(let end, let owner): throw Refusal.gone(end, owner)
        }
    }

    /// The new mail goes to the same account; the page that follows says nothing about it.
    @Sendable private func renew(_ call: Call) async throws -> Answer {
        try await MediaType.nothing(in: call.request)
        guard try await flow.renew(call.parameter, from: call.client?.description) else { throw Refusal.notFound }
        return .redirect(to: "\(pages.base)/forgot/sent")
    }

    private func owner(_ standing: LinkStanding) throws(Refusal) -> LinkOwner {
        switch standing {
        case .open(let owner): return owner
        case .foreign: throw .notFound
        case .dead(let end, let owner): throw .gone(end, owner)
        }
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
