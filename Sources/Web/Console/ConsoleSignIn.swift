internal import Accounts
internal import HTTPTypes
internal import HummingbirdCore

/// The way in and the way out.
struct ConsoleSignIn: Sendable {
    let gate: ConsoleGate
    let pages: ConsolePages

    var routes: [Route] {
        [
            Route("/admin", [.get: gate.page { [gate] _ in gate.toFirstPage }]),
            Route("/admin/sign-in", limit: .client, [.get: show, .post: signIn]),
            Route("/admin/sign-out", [.post: gate.act(signOut)]),
        ]
    }

    @Sendable private func show(_ call: Call) async throws -> Answer {
        if try await gate.visit(call) != nil { return gate.toFirstPage }
        return .html(pages.signIn(login: nil, problem: nil))
    }

    @Sendable private func signIn(_ call: Call) async throws -> Answer {
        let form = try await FormBody.read(call.request)
        let login = try form.required("login")
        let outcome = try await gate.sessions.signIn(
            login: login, password: try form.required("password"), former: gate.cookie.token(in: call.request.headers),
            from: call.client?.description)
        switch outcome {
        case .signedIn(let token):
            var answer = gate.toFirstPage
            answer.headers[.setCookie] = gate.cookie.setting(token)
            return answer
        case .wrong:
            return .html(
                pages.signIn(login: login, problem: "The login ID or the password is wrong."), status: .unauthorized)
        case .locked(let seconds):
            // A failed sign-in as any other, to programs; 423 is for a change that is refused.
            var answer = Answer.html(
                pages.signIn(login: login, problem: Self.lockedSentence(seconds)), status: .unauthorized)
            if let seconds { answer.headers[.retryAfter] = String(seconds) }
            return answer
        }
    }

    @Sendable private func signOut(_ visit: ConsoleVisit, _ form: FormBody) async throws -> Answer {
        try await gate.sessions.signOut(visit.token, from: visit.call.client?.description)
        var answer = gate.toSignIn
        answer.headers[.setCookie] = gate.cookie.ending
        return answer
    }

    private static func lockedSentence(_ seconds: Int?) -> String {
        let what = "Too many sign-ins with this login ID failed."
        guard let seconds else { return "\(what) Another administrator can unlock the account." }
        let minutes = (seconds + 59) / 60
        return "\(what) Please try again in \(minutes == 1 ? "a minute" : "\(minutes) minutes")."
    }
}
