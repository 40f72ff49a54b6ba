import NIOConcurrencyHelpers
import TestSupport

@testable import SMTP

/// Mails to be sent, and what became of each.
final class Postbag: Sendable {
    private let state: NIOLockedValueBox<(waiting: [(Int, Mail)], outcomes: [[Outcome]])>

    init(_ mails: [Mail]) {
        state = NIOLockedValueBox(
            (Array(mails.enumerated().reversed()).map { ($0.offset, $0.element) }, mails.map { _ in [] }))
    }

    /// So many small mails, to person1@example.org and on.
    convenience init(count: Int) throws {
        self.init(try (1...count).map { try mail("person\($0)@example.org") })
    }

    /// Outcomes in the order of the mails; nil where a mail has none, and a failed test where it has two.
    var outcomes: [Outcome?] {
        state.withLockedValue { state in state.outcomes.map { $0.count == 1 ? $0[0] : nil } }
    }

    var isEmpty: Bool { state.withLockedValue { $0.waiting.isEmpty } }

    @Sendable func next() -> (Int, Mail)? { state.withLockedValue { $0.waiting.popLast() } }
    @Sendable func report(_ item: Int, _ outcome: Outcome) {
        state.withLockedValue { $0.outcomes[item].append(outcome) }
    }
}

extension Session {
    /// Sends what the bag holds; the failure that killed the session, if one did.
    func deliver(_ bag: Postbag) async -> SessionFailure? {
        do throws(SessionFailure) {
            try deliver(next: bag.next, report: bag.report)
            return nil
        } catch {
            return error
        }
    }

    /// The failure to connect, if there is one.
    func connecting() async -> SessionFailure? {
        do throws(SessionFailure) {
            try connect()
            return nil
        } catch {
            return error
        }
    }
}

extension Relay {
    /// The scripted relay, in the clear unless said otherwise.
    init(
        _ relay: ScriptedRelay, username: String? = nil, password: String? = nil, security: TransportSecurity = .off,
        caFile: String? = nil, timeout: Duration = .seconds(10), dotTimeout: Duration = .seconds(10)
    ) throws {
        self.init(
            url: try RelayURL(relay.url), username: username, password: password, security: security, caFile: caFile,
            heloName: "resetd.test", timeout: timeout, dotTimeout: dotTimeout)
    }
}

func mail(_ recipient: String, _ content: String = "Subject: x\r\n\r\nHello\r\n") throws -> Mail {
    Mail(sender: try Mailbox("reset@example.org"), recipient: try Mailbox(recipient), content: Array(content.utf8))
}

extension Outcome {
    var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }
}

/// Whom the client trusts.
enum Trust {
    case authority, stranger, missing, system

    func file(_ certificates: TestCertificate) -> String? {
        switch self {
        case .authority: certificates.authorityFile
        case .stranger: certificates.strangerFile
        case .missing: certificates.authorityFile + ".missing"
        case .system: nil
        }
    }
}

/// What becomes of a mail under which a session broke before its content was out.
func spared(_ stage: RelayScript.Stage, _ reply: Reply? = nil) -> Outcome {
    stage == .mail ? .deferred(.relay, reply) : .interrupted(.relay, reply)
}
