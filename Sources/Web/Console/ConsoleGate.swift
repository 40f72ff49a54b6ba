internal import Accounts
internal import HTTPTypes
internal import HummingbirdCore
internal import PasswordReset

/// A request of somebody who is signed in.
struct ConsoleVisit: Sendable {
    let call: Call
    let administrator: Account
    let token: ConsoleToken

    var actor: Actor { .administrator(administrator.account, from: call.client?.description) }

    /// What the path names, whatever it looks like: a number, a UUID, any text of a site's own tables.
    var id: String {
        get throws(Refusal) {
            do { return try PercentCode.decode(Array(call.parameter.utf8)[...], plusIsSpace: false) } catch {
                throw .notFound
            }
        }
    }

    var query: Query {
        get throws(Refusal) { try Query(call.request) }
    }
}

/// Lets nobody into the console but whoever is signed in, and asks that anew at each request (security.md, R18).
struct ConsoleGate: Sendable {
    let sessions: ConsoleSessions
    let cookie: ConsoleCookie
    let pages: ConsolePages

    /// Nil for a cookie that is missing, unknown or too old, and for rights that have ended.
    func visit(_ call: Call) async throws -> ConsoleVisit? {
        guard let token = cookie.token(in: call.request.headers),
            let administrator = try await sessions.administrator(token)
        else { return nil }
        return ConsoleVisit(call: call, administrator: administrator, token: token)
    }

    /// What answers GET.
    func page(_ show: @escaping @Sendable (ConsoleVisit) async throws -> Answer) -> Handler {
        { call in
            guard let visit = try await visit(call) else { return toSignIn }
            return try await answer(visit) { try await show(visit) }
        }
    }

    /// What answers POST: the form must be one that this very session was shown (security.md, R19).
    func act(_ act: @escaping @Sendable (ConsoleVisit, FormBody) async throws -> Answer) -> Handler {
        { call in
            guard let visit = try await visit(call) else { return toSignIn }
            return try await answer(visit) {
                let form = try await FormBody.read(call.request)
                guard let token = form.optional("token"), visit.token.isFormToken(token) else {
                    throw Refusal.forbidden
                }
                return try await act(visit, form)
            }
        }
    }

    /// A refusal is a page of the console: its reader is somewhere, and goes on from there.
    private func answer(_ visit: ConsoleVisit, _ body: () async throws -> Answer) async throws -> Answer {
        do { return try await body() } catch let refusal as Refusal {
            var answer = pages.refusal(refusal, for: visit)
            answer.headers.append(contentsOf: refusal.headers)
            return answer
        }
    }

    var toSignIn: Answer { .redirect(to: pages.path("sign-in")) }
    var toFirstPage: Answer { .redirect(to: pages.path("users")) }
}
