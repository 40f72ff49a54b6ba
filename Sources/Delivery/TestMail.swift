import NIOConcurrencyHelpers
import PasswordReset
import SMTP

/// A mail like those that people get, for an operator who wants to see one arrive: composed from the same templates and
/// sent over the same kind of session. It belongs to no request, so that its links look right and open nothing.
package struct TestMail: Sendable {
    private let mail: ComposedMail
    private let relay: Relay

    /// Of a request that no outbox has: numbers begin at 1.
    private static let noRequest: Int64 = 0

    /// - Parameter now: Unix seconds.
    /// - Throws: ``TestMailError`` when no mail can go to the address.
    package init(
        to address: String, settings: DeliverySettings, composer: Composer, now: Int64
    ) throws(TestMailError) {
        let request = ClaimedRequest(
            lease: .init(id: Self.noRequest, fence: 0), purpose: Purpose.resetLink.rawValue, attempts: 0, kind: .user,
            loginID: "", fullName: "Test of resetd check", email: address, locale: nil,
            messageID: "<check.\(now).\(UInt64.random(in: 0 ... .max))@\(settings.sender.domain)>", madeAt: now,
            keyID: settings.keys.current.id,
            expiresAt: now + settings.linkLifetime.milliseconds / 1000)
        guard let minted = MintedRequest.minting(request, keys: settings.keys, base: settings.linkBase) else {
            throw TestMailError("the key ring cannot sign")
        }
        do throws(Composer.Unfit) { mail = try composer.compose(minted, epoch: 0) } catch {
            throw TestMailError("expected one address local@domain")
        }
        relay = settings.relay
    }

    /// Sends it and says what the relay said.
    ///
    /// - Throws: ``SessionFailure`` when there is no session, ``TestMailError`` when the relay does not take the mail.
    package func send() async throws -> String {
        let session = Session(relay: relay)
        try await session.connect()
        let waiting = NIOLockedValueBox<ComposedMail?>(mail)
        let answer = NIOLockedValueBox<Outcome?>(nil)
        try await session.deliver(
            next: {
                waiting.withLockedValue { waiting in
                    defer { waiting = nil }
                    return waiting.map { ($0.request, $0.mail) }
                }
            },
            report: { _, outcome in answer.withLockedValue { $0 = outcome } })
        await session.quit()
        let outcome = answer.withLockedValue { $0 }
        guard case .accepted(let reply)? = outcome else {
            throw TestMailError("the relay does not take it: \(outcome?.reply?.text ?? "no answer")")
        }
        return reply.text
    }
}

package struct TestMailError: Error, CustomStringConvertible {
    package let description: String

    fileprivate init(_ words: String) {
        description = words
    }
}
