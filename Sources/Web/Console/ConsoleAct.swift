internal import Accounts
internal import HTTPTypes
internal import PasswordReset
internal import Presentation

/// What an administrator can do on an account's page. The raw value says in `?done=` that it was done.
enum ConsoleAct: String, CaseIterable, Sendable {
    case link, password, pin, unlock, login

    /// The last part of the path that the form is posted to.
    var path: String { self == .link ? "reset-link" : rawValue }

    func isOpen(to kind: AccountKind) -> Bool { self != .pin || kind == .user }

    var doneSentence: String {
        switch self {
        case .link: "A reset link to the account's own address is queued."
        case .password: "The password is set. Its owner is asked to change it."
        case .pin: "The PIN is set."
        case .unlock: "The account is unlocked."
        case .login: "The login ID is changed."
        }
    }
}

/// Why it was not done, to be said beside the fields of its form.
struct ConsoleRefusal: Error {
    let act: ConsoleAct
    let status: HTTPResponse.Status
    let problems: [String]

    private init(_ act: ConsoleAct, _ problems: [String], status: HTTPResponse.Status = .unprocessableContent) {
        self.act = act
        self.status = status
        self.problems = problems
    }

    init(_ act: ConsoleAct, _ violations: [PasswordViolation], words: Words) {
        self.init(act, violations.map { words.sentence($0, of: act == .pin ? .pin : .password) })
    }

    /// Nil for an error that says nothing about what was typed.
    init?(_ act: ConsoleAct, _ error: any Error, words: Words) {
        switch error {
        case let broken as RulesBroken: self.init(act, broken.violations, words: words)
        case is NoAddress: self.init(act, ["This account has no address to send a link to."])
        case LoginRefused.malformed:
            self.init(act, ["A login ID has 1 to 200 characters, and none that cannot be seen."])
        case LoginRefused.taken:
            self.init(act, ["This login ID is taken: another account of the same kind has it."], status: .conflict)
        default: return nil
        }
    }
}
