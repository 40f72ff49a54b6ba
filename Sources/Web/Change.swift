internal import Accounts
internal import HTTPTypes
internal import HummingbirdCore
internal import PasswordReset

/// `/password` and `/pin`: the change for whoever knows the present one, as the profile pages of the systems have it.
struct Change: Sendable {
    let flow: any ResetFlow
    let pages: Pages

    var routes: [Route] {
        [
            Route("/password", limit: .client, [.get: show(.password), .post: change(.password)]),
            Route("/password/done", [.get: changed(.password)]),
            Route("/pin", limit: .client, [.get: show(.pin), .post: change(.pin)]),
            Route("/pin/done", [.get: changed(.pin)]),
        ]
    }

    /// An application may link to `/password?kind=contact`; any other query is nothing.
    private func show(_ secret: Secret) -> Handler {
        { [pages] call in
            let kind = secret == .pin ? .user : call.kind
            return pages.edition(for: kind, wishes: call.wishes).change(secret, kind: kind, login: "")
        }
    }

    private func changed(_ secret: Secret) -> Handler {
        { [pages] call in
            pages.edition(for: secret == .pin ? .user : call.kind, wishes: call.wishes).changed(secret)
        }
    }

    private func change(_ secret: Secret) -> Handler {
        { [flow, pages] call in
            let form = try await FormBody.read(call.request)
            let change = SecretChange(
                secret: secret,
                kind: secret == .pin ? .user : try AccountKind(field: form.required("kind")),
                login: try form.required("login"),
                current: try form.required("current"),
                new: try form.required(secret.rawValue),
                confirmation: try form.required("confirmation"))
            let refusal: Refusal
            switch try await WebMetrics.changing(
                secret, { try await flow.change(change, from: call.client?.description) })
            {
            case .changed:
                // Of PINs that page is for users alone.
                guard secret == .password else { return .redirect(to: "\(pages.base)/pin/done") }
                let reader = LinkOwner(kind: change.kind, locale: nil)
                return pages.redirect(to: "/password/done", for: reader, wishes: call.wishes)
            case .wrong: refusal = .wrongSecret
            case .locked(let seconds): refusal = .locked(seconds: seconds)
            case .refused(let violations): refusal = .weak(violations, of: secret)
            }
            return pages.edition(for: change.kind, wishes: call.wishes)
                .change(secret, kind: change.kind, login: change.login, refusal: refusal)
        }
    }
}

/// The same as JSON, for the Mobile site, the App and whoever has a profile page of their own.
struct ChangeAPI: Sendable {
    let flow: any ResetFlow

    var routes: [Route] {
        [
            Route(
                "/api/v1/password", limit: .client, gate: { try ClientVersion.require($0) }, [.post: change(.password)]),
            Route("/api/v1/pin", limit: .client, gate: { try ClientVersion.require($0) }, [.post: change(.pin)]),
        ]
    }

    private func change(_ secret: Secret) -> Handler {
        { [flow] call in
            let body = try await JSONBody.read(call.request)
            let change = SecretChange(
                secret: secret,
                kind: secret == .pin ? .user : try AccountKind(field: body.required("kind")),
                login: try body.required("login"),
                current: try body.required("current"),
                new: try body.required(secret.rawValue))
            switch try await WebMetrics.changing(
                secret, { try await flow.change(change, from: call.client?.description) })
            {
            case .changed: return Answer(.noContent)
            case .wrong: throw Refusal.wrongSecret
            case .locked(let seconds): throw Refusal.locked(seconds: seconds)
            case .refused(let violations): throw Refusal.weak(violations, of: secret)
            }
        }
    }
}

extension AccountKind {
    /// What a form or a program says for one.
    init(field: String) throws(Refusal) {
        guard let kind = AccountKind(rawValue: field) else { throw .malformed }
        self = kind
    }
}
