internal import HTTPTypes
internal import PasswordReset

/// The JSON interface to the same acts, for applications with pages of their own.
struct ResetAPI: Sendable {
    let flow: any ResetFlow

    var routes: [Route] {
        [
            Route("/api/v1/reset-requests", limit: .clientAndTotal, [.post: ask]),
            Route("/api/v1/reset", limit: .client, [.post: redeem]),
        ]
    }

    /// 202 for every well-formed body, known address or not.
    @Sendable private func ask(_ call: Call) async throws -> Answer {
        let body = try await JSONBody.read(call.request)
        let request = try ResetRequest(
            email: try body.required("email"), kind: body.optional("kind"), locale: body.optional("locale"))
        try await flow.submit(request.new(from: call.client))
        return Answer(.accepted)
    }

    @Sendable private func redeem(_ call: Call) async throws -> Answer {
        let body = try await JSONBody.read(call.request)
        let token = try body.required("token")
        let password = try body.required("password")
        switch try await WebMetrics.redeeming({
            try await flow.redeem(token, password: password, from: call.client?.description)
        }) {
        case .redeemed: return Answer(.noContent)
        case .refused(let violations, _): throw Refusal.weak(violations)
        case .foreign: throw Refusal.notFound
        case .dead(let end, _): throw Refusal.gone(end)
        }
    }
}
