@testable import Accounts
import PasswordReset
import Web

/// Plays the rest of the daemon: says what a test wants it to say, and remembers what it was asked.
actor FlowScript: ResetFlow {
    static let open = String(repeating: "A", count: 68)
    static let dead = String(repeating: "D", count: 68)

    struct Redeemed: Equatable {
        let token: String
        let password: String
        let client: String?
    }

    private(set) var submitted: [NewRequest] = []
    private(set) var redeemed: [Redeemed] = []
    private(set) var changes: [SecretChange] = []
    private(set) var reported: [String] = []
    private(set) var renewed: [String] = []
    static let owner = LinkOwner(kind: .user, locale: nil)

    private let end: LinkEnd
    private let owner: LinkOwner
    private let redemption: Redemption
    private let change: ChangeOutcome
    private let failure: (any Error)?
    private let hangs: Bool

    init(
        end: LinkEnd = .used, owner: LinkOwner = owner, redemption: Redemption = .redeemed(owner),
        change: ChangeOutcome = .changed,
        failure: (any Error)? = nil,
        hangs: Bool = false
    ) {
        self.end = end
        self.owner = owner
        self.redemption = redemption
        self.change = change
        self.failure = failure
        self.hangs = hangs
    }

    func standing(of token: String) async throws -> LinkStanding {
        try await answer()
        switch token {
        case Self.open: return .open(owner)
        case Self.dead: return .dead(end, owner)
        default: return .foreign
        }
    }

    func redeem(_ token: String, password: String, from clientAddress: String?) async throws -> Redemption {
        switch try await standing(of: token) {
        case .open: break
        case .foreign: return .foreign
        case .dead(let end, let owner): return .dead(end, owner)
        }
        redeemed.append(.init(token: token, password: password, client: clientAddress))
        return redemption
    }

    func renew(_ token: String, from clientAddress: String?) async throws -> Bool {
        guard try await standing(of: token) != .foreign else { return false }
        renewed.append(token)
        return true
    }

    func change(_ change: SecretChange, from clientAddress: String?) async throws -> ChangeOutcome {
        try await answer()
        changes.append(change)
        return self.change
    }

    func standing(ofReport token: String) async throws -> ReportStanding {
        switch try await standing(of: token) {
        case .open(let owner): .open(owner, locks: true)
        case .foreign: .foreign
        case .dead: .expired
        }
    }

    func report(_ token: String, from clientAddress: String?) async throws -> ReportOutcome {
        switch try await standing(of: token) {
        case .foreign: return .foreign
        case .dead: return .expired
        case .open: break
        }
        defer { reported.append(token) }
        return reported.contains(token)
            ? .alreadyReported(owner) : .reported(AccountID(.user, "7"), owner, mail: "password_changed")
    }

    func submit(_ request: NewRequest) async throws {
        try await answer()
        submitted.append(request)
    }

    private func answer() async throws {
        if let failure { throw failure }
        // Ends when the deadline cancels it.
        if hangs { for await _ in AsyncStream<Never>.makeStream().stream {} }
    }
}

/// The database is away.
struct Away: Error {}
