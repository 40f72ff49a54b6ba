/// Follows the replies that libcurl reads while it establishes a session, to know what it does not tell: how far it
/// came, what was offered last, and whether it did authenticate.
///
/// A class because a C callback feeds it; only ever used by one thread at a time.
final class Handshake {
    private var parser = ReplyParser()
    private let mayStartTLS: Bool
    private let willAuthenticate: Bool

    /// The reply that is awaited.
    private(set) var stage = Stage.greeting

    /// Of the last EHLO: what was offered before STARTTLS may have been put there by anybody (RFC 3207, 4.2).
    private(set) var capabilities = Capabilities()

    /// The last reply, if it was a refusal.
    private(set) var refusal: Reply?

    private(set) var hasStartedTLS = false

    /// 235 was seen (RFC 4954, 6). libcurl skips AUTH without a word when the relay does not offer it.
    private(set) var hasAuthenticated = false

    private(set) var isGarbled = false

    /// - Parameter mayStartTLS: the session begins in the clear and is to be encrypted if that is offered.
    init(mayStartTLS: Bool, willAuthenticate: Bool) {
        self.mayStartTLS = mayStartTLS
        self.willAuthenticate = willAuthenticate
    }

    /// Takes one line as libcurl hands it to its header function.
    func receive(_ line: some Collection<UInt8>) {
        guard !isGarbled, parser.receive(line) else {
            isGarbled = true
            return
        }
        do throws(ReplyParser.Fault) {
            while let found = try parser.next() { take(parser.reply(found)) }
        } catch {
            isGarbled = true
        }
    }

    private func take(_ reply: Reply) {
        refusal = reply.code >= 400 ? reply : nil
        guard refusal == nil else { return }
        switch stage {
        case .greeting: stage = .hello
        case .hello:
            capabilities = Capabilities(reply)
            if mayStartTLS, !hasStartedTLS, capabilities.startTLS {
                stage = .starttls
            } else {
                stage = willAuthenticate ? .authentication : .sender
            }
        case .starttls:
            hasStartedTLS = true
            capabilities = Capabilities()
            stage = .hello
        case .authentication where reply.code == 235:
            hasAuthenticated = true
            stage = .sender
        default: break  // 334: the exchange goes on.
        }
    }
}
