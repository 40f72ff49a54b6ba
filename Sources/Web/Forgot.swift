internal import HTTPTypes
internal import HummingbirdCore
internal import PasswordReset
internal import Presentation

/// `/forgot`: asks for an address and queues a request. The answer is the same bytes for every address, and nothing is
/// looked up before it goes out, so that it tells nobody who has an account.
struct Forgot: Sendable {
    let flow: any ResetFlow
    let pages: Pages

    var routes: [Route] {
        [
            Route("/forgot", limit: .clientAndTotal, [.get: show, .post: ask]),
            // Where a renewed link leads; it says what a post to /forgot says.
            Route("/forgot/sent", [.get: { [pages] in pages.edition(wishes: $0.wishes).sent }]),
        ]
    }

    /// An application may link to `/forgot?kind=contact`; any other query is nothing.
    @Sendable private func show(_ call: Call) async throws -> Answer {
        let kind = call.kind
        return pages.edition(for: kind, wishes: call.wishes).forgot(kind: kind)
    }

    @Sendable private func ask(_ call: Call) async throws -> Answer {
        let form = try await FormBody.read(call.request)
        let email = try form.required("email")
        let kind = form.optional("kind")
        let known = kind.flatMap { AccountKind(rawValue: $0) }
        let edition = pages.edition(for: known, wishes: call.wishes)
        guard email.contains("@") else { return edition.forgot(kind: known, refused: email) }
        // Where the account has no language of its own, the mail is in that of the page.
        let request = try ResetRequest(email: email, kind: kind, locale: edition.words.language)
        try await flow.submit(request.new(from: call.client))
        return edition.sent
    }
}
