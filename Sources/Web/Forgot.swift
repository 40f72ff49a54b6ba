internal import HTTPTypes
internal import HummingbirdCore
internal import PasswordReset

/// `/forgot`: asks for an address and queues a request. The answer is the same bytes for every address, and nothing is
/// looked up before it goes out, so that it tells nobody who has an account.
struct Forgot: Sendable {
    let flow: any ResetFlow
    let pages: Pages

    var routes: [Route] {
        [
            Route("/forgot", limit: .clientAndTotal, [.get: show, .post: ask]),
            // Where a renewed link leads; it says what a post to /forgot says.
            Route("/forgot/sent", [.get: { [pages] _ in .html(pages.sent) }]),
        ]
    }

    /// An application may link to `/forgot?kind=contact`; any other query is nothing.
    @Sendable private func show(_ call: Call) async throws -> Answer {
        let kind = call.request.uri.query.flatMap { query in
            AccountKind.allCases.first { query == "kind=\($0.rawValue)" }
        }
        return .html(pages.forgot(kind: kind, refused: false))
    }

    @Sendable private func ask(_ call: Call) async throws -> Answer {
        let form = try await FormBody.read(call.request)
        let email = try form.required("email")
        let kind = form.optional("kind")
        guard email.contains("@") else {
            return .html(
                pages.forgot(kind: kind.flatMap { AccountKind(rawValue: $0) }, refused: true),
                status: .unprocessableContent)
        }
        try await flow.submit(try ResetRequest(email: email, kind: kind, locale: nil).new(from: call.client))
        return .html(pages.sent)
    }
}
