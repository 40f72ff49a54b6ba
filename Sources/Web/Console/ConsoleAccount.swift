internal import Accounts
internal import HTTPTypes
internal import PasswordReset

/// The page of one account, with a form for each ``ConsoleAct``.
struct ConsoleAccount: Sendable {
    /// Of the trail, the rest is a link away.
    private static let latestEntries = 10

    let kind: AccountKind
    let credentials: Credentials
    let directory: Directory
    let gate: ConsoleGate
    let pages: ConsolePages
    /// To name the other rules too when the fields differ and nothing is set.
    let policy: PasswordPolicy

    private var section: ConsolePages.Section { .init(kind) }

    var routes: [Route] {
        [Route("/admin/\(section.rawValue)/{id}", [.get: gate.page(show)])]
            + ConsoleAct.allCases.filter { $0.isOpen(to: kind) }.map { act in
                Route(
                    "/admin/\(section.rawValue)/{id}/\(act.path)",
                    [.post: gate.act { try await post(act, $0, $1) }])
            }
    }

    @Sendable private func show(_ visit: ConsoleVisit) async throws -> Answer {
        let done = try visit.query.text("done").flatMap(ConsoleAct.init(rawValue:))
        return try await page(visit, done: done, refusal: nil, login: nil)
    }

    private func post(_ act: ConsoleAct, _ visit: ConsoleVisit, _ form: FormBody) async throws -> Answer {
        let account = AccountID(kind, try visit.id)
        do {
            try await perform(act, on: account, form, by: visit.actor)
        } catch is NoSuchAccount {
            return pages.refusal(.notFound, in: section, for: visit)
        } catch {
            guard let refusal = error as? ConsoleRefusal ?? ConsoleRefusal(act, error, words: pages.words) else {
                throw error
            }
            return try await page(visit, done: nil, refusal: refusal, login: form.optional("login"))
        }
        return .redirect(to: "\(pages.path(of: account))?done=\(act.rawValue)")
    }

    private func perform(
        _ act: ConsoleAct, on account: AccountID, _ form: FormBody, by actor: Actor
    ) async throws {
        switch act {
        case .link: _ = try await credentials.sendLink(to: account, by: actor)
        case .password:
            let password = try form.required("password")
            try confirm(act, password, form, violations: violations(of: password))
            try await credentials.setPassword(of: account, to: password, by: actor)
        case .pin:
            let pin = try form.required("pin")
            try confirm(act, pin, form, violations: PINPolicy.violations(of: pin))
            try await credentials.setPIN(ofUser: account.id, to: pin, by: actor)
        case .unlock: try await credentials.unlock(account, by: actor)
        case .login: try await credentials.setLogin(of: account, to: try form.required("login"), by: actor)
        }
    }

    /// By bytes, as where people choose a password themselves.
    private func confirm(
        _ act: ConsoleAct, _ typed: String, _ form: FormBody, violations: @autoclosure () -> [PasswordViolation]
    ) throws {
        guard try !form.required("confirmation").utf8.elementsEqual(typed.utf8) else { return }
        throw ConsoleRefusal(act, violations() + [.confirmationDiffers], words: pages.words)
    }

    /// The rules that need no account to be checked.
    private func violations(of password: String) -> [PasswordViolation] {
        do {
            return policy.violations(of: try PreparedPassword(password), context: [])
        } catch {
            return [error]
        }
    }

    /// - Parameter login: that was typed, to be mended; nil for the one that the account has.
    private func page(
        _ visit: ConsoleVisit, done: ConsoleAct?, refusal: ConsoleRefusal?, login: String?
    ) async throws -> Answer {
        let id = AccountID(kind, try visit.id)
        guard let account = try await directory.account(id) else {
            return pages.refusal(.notFound, in: section, for: visit)
        }
        let trail = try await directory.audit(of: id, before: nil).entries.prefix(Self.latestEntries)
        var fields = pages.row(account)
        fields["typedLogin"] = login ?? account.loginID
        if ConsolePages.standing(of: account).isEmpty { fields["standing"] = "nothing special" }
        fields["isUser"] = kind == .user
        if kind == .contact {
            fields["isContact"] = true
            fields["clients"] = try await directory.clients(ofContact: id.id).map { pages.row($0) }
        }
        fields["entries"] = trail.map { pages.row($0) }
        fields["trail"] = pages.path("audit", ["kind": kind.rawValue, "account": id.id])
        fields["isShared"] = try await directory.sharesAddress(account)
        if let email = account.email { fields["requests"] = pages.path("requests", ["address": email]) }
        if let done { fields["done"] = done.doneSentence }
        if let refusal {
            fields["refused"] = true
            fields["\(refusal.act.rawValue)Refused"] = ["problems": refusal.problems] as ConsolePages.Fields
        }
        let title = account.fullName.isEmpty ? account.loginID : account.fullName
        return .html(
            pages.page("account", title, in: section, for: visit, fields), status: refusal?.status ?? .ok)
    }
}
