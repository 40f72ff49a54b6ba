import Testing
import TestSupport

@testable import SMTP

@Suite(.timeLimit(.minutes(5))) struct ConnectTests {
    /// How connecting ends, and what the relay was told.
    private func connect(
        _ script: RelayScript, username: String? = nil, password: String? = "secret",
        security: TransportSecurity = .required, trusting trust: Trust = .authority,
        timeout: Duration = .seconds(10)
    ) async throws -> (failure: SessionFailure?, commands: [String]) {
        let certificates = try await TestCertificate.shared()
        return try await withScriptedRelay(script) { relay in
            let settings = try Relay(
                relay, username: username, password: password, security: security,
                caFile: trust.file(certificates), timeout: timeout)
            let session = Session(relay: settings)
            let failure = await session.connecting()
            if failure == nil {
                #expect(await session.deliver(try Postbag(count: 3)) == nil)
                #expect(relay.mails.count == 3)
            }
            return (failure, relay.commands)
        }
    }

    @Test(arguments: [RelayScript.Encryption.startTLS(.good), .implicit(.good)])
    func `required TLS with a certificate that verifies carries mail`(encryption: RelayScript.Encryption) async throws {
        let result = try await connect(RelayScript(encryption: encryption))
        #expect(result.failure == nil)
    }

    @Test(arguments: [
        RelayScript.Encryption.startTLS(.otherHost), .startTLS(.expired), .implicit(.otherHost), .implicit(.expired),
    ])
    func `a certificate of the wrong kind is refused`(encryption: RelayScript.Encryption) async throws {
        let result = try await connect(RelayScript(encryption: encryption))
        #expect(result.failure?.stage == .tls)
        #expect(!result.commands.contains { $0.hasPrefix("MAIL") })
    }

    @Test(arguments: [RelayScript.Encryption.startTLS(.good), .implicit(.good)], [Trust.stranger, .system])
    func `an authority that is not trusted is refused`(
        encryption: RelayScript.Encryption, trust: Trust
    ) async throws {
        let result = try await connect(RelayScript(encryption: encryption), trusting: trust)
        #expect(result.failure?.stage == .tls)
        #expect(result.failure?.blame == .relay)
    }

    @Test func `an authority file that is none is ours`() async throws {
        let result = try await connect(RelayScript(encryption: .startTLS(.good)), trusting: .missing)
        #expect(result.failure?.stage == .tls)
        #expect(result.failure?.blame == .ourselves)
    }

    @Test func `required TLS that is not offered, or refused, is no session`() async throws {
        let absent = try await connect(RelayScript())
        #expect(absent.failure?.stage == .starttls)
        let refusing = RelayScript(encryption: .startTLS(.good)) {
            $0.stage == .starttls ? .reply("454 4.7.0 TLS not available") : .usual
        }
        let refused = try await connect(refusing)
        #expect(refused.failure?.stage == .starttls)
        #expect(refused.failure?.reply?.code == 454)
        #expect(!(absent.commands + refused.commands).contains { $0.hasPrefix("MAIL") })
    }

    @Test func `what follows the answer to STARTTLS in the clear is not believed`() async throws {
        let script = RelayScript(encryption: .startTLS(.good)) {
            $0.stage == .starttls ? .raw(Array("220 Go\r\n250-evil\r\n250 PIPELINING\r\n".utf8)) : .usual
        }
        #expect(try await connect(script).failure != nil)
    }

    @Test func `opportunistic TLS goes on in the clear, but never with credentials`() async throws {
        let clear = try await connect(RelayScript(), security: .opportunistic)
        #expect(clear.failure == nil)
        let encrypted = try await connect(RelayScript(encryption: .startTLS(.otherHost)), security: .opportunistic)
        #expect(encrypted.failure == nil)
        #expect(encrypted.commands.contains("STARTTLS"))
        let secret = try await connect(RelayScript(mechanisms: ["PLAIN"]), username: "user", security: .opportunistic)
        #expect(secret.failure?.blame == .ourselves)
        #expect(!secret.commands.contains { $0.hasPrefix("AUTH") })
    }

    @Test func `credentials with TLS off are refused before anything is said`() async throws {
        let result = try await connect(RelayScript(mechanisms: ["PLAIN"]), username: "user", security: .off)
        #expect(result.failure?.stage == .authentication)
        #expect(result.failure?.blame == .ourselves)
        #expect(result.commands.isEmpty)
    }

    @Test(arguments: ["PLAIN", "LOGIN"], [RelayScript.Encryption.startTLS(.good), .implicit(.good)])
    func `AUTH happens under TLS`(mechanism: String, encryption: RelayScript.Encryption) async throws {
        let script = RelayScript(encryption: encryption, mechanisms: [mechanism], username: "user@example.org")
        let result = try await connect(script, username: "user@example.org")
        #expect(result.failure == nil)
        #expect(result.commands.contains("AUTH \(mechanism)"))
    }

    @Test func `AUTH that is not offered, or by no known mechanism, is no session`() async throws {
        for mechanisms in [[], ["GSSAPI", "XOAUTH2"]] {
            let script = RelayScript(encryption: .startTLS(.good), mechanisms: mechanisms)
            let result = try await connect(script, username: "user")
            #expect(result.failure?.stage == .authentication)
            #expect(result.failure?.blame == .ourselves)
        }
    }

    @Test func `wrong credentials are ours, a relay that cannot check them is the relay's, and neither is repeated`()
        async throws
    {
        let script = RelayScript(encryption: .startTLS(.good), mechanisms: ["PLAIN"])
        let wrong = try await connect(script, username: "user", password: "hunter2")
        #expect(wrong.failure?.blame == .ourselves)
        #expect(wrong.failure?.reply?.code == 535)
        #expect(wrong.failure?.description.contains("hunter2") == false)
        var busy = script
        busy.answer = { $0.stage == .auth ? .reply("454 4.7.0 Temporary authentication failure") : .usual }
        let later = try await connect(busy, username: "user")
        #expect(later.failure?.stage == .authentication)
        #expect(later.failure?.blame == .relay)
    }

    @Test(arguments: [
        (RelayScript.Stage.greeting, Stage.greeting), (.ehlo, .hello),
    ])
    func `a cut, silence, garbage or refusal while greeting is the relay's`(
        at stage: RelayScript.Stage, expected: Stage
    ) async throws {
        let actions: [RelayScript.Action] = [
            .close, .silence, .raw(Array("garbage\r\n".utf8)), .reply("554 5.3.2 Not here"), .reply("421 4.3.2 Busy"),
        ]
        for action in actions {
            let script = RelayScript(encryption: .startTLS(.good)) { $0.stage == stage ? action : .usual }
            let result = try await connect(script, timeout: .seconds(2))
            #expect(result.failure?.stage == expected)
            #expect(result.failure?.blame == .relay)
        }
    }

    @Test func `silence before TLS and garbage in its place are failures of TLS`() async throws {
        let certificates = try await TestCertificate.shared()
        // A relay that speaks in the clear, where TLS from the first byte is expected.
        try await withScriptedRelay { relay in
            let settings = Relay(
                url: try RelayURL("smtps://127.0.0.1:\(relay.port)"), username: nil, password: nil,
                security: .required, caFile: certificates.authorityFile, heloName: nil, timeout: .seconds(2),
                dotTimeout: .seconds(10))
            #expect(await Session(relay: settings).connecting()?.stage == .tls)
            relay.use(RelayScript { $0.stage == .greeting ? .silence : .usual })
            #expect(await Session(relay: settings).connecting()?.stage == .tls)
        }
        let script = RelayScript(encryption: .implicit(.good)) { $0.stage == .greeting ? .silence : .usual }
        #expect(try await connect(script, timeout: .seconds(2)).failure?.stage == .greeting)
    }

    @Test func `a relay that knows only HELO gets mail one command at a time`() async throws {
        let script = RelayScript { $0.command.hasPrefix("EHLO") ? .reply("502 5.5.2 What") : .usual }
        let result = try await connect(script, security: .off)
        #expect(result.failure == nil)
        #expect(result.commands.dropFirst().first == "HELO resetd.test")
        #expect(result.commands.contains("MAIL FROM:<reset@example.org>"))
    }

    @Test func `a relay that is away is the relay's`() async throws {
        try await withScriptedRelay { relay in
            let settings = try Relay(relay)
            await relay.goAway()
            let failure = await Session(relay: settings).connecting()
            #expect(failure?.stage == .connect)
            #expect(failure?.blame == .relay)
            try await relay.comeBack()
            #expect(await Session(relay: settings).connecting() == nil)
        }
    }

    @Test func `the EHLO name goes out whole, and can say nothing else`() async throws {
        try await withScriptedRelay { relay in
            func settings(_ name: String) throws -> Relay {
                Relay(
                    url: try RelayURL(relay.url), username: nil, password: nil, security: .off, caFile: nil,
                    heloName: name, timeout: .seconds(10), dotTimeout: .seconds(10))
            }
            #expect(await Session(relay: try settings("[127.0.0.1]")).connecting() == nil)
            #expect(relay.commands.first == "EHLO [127.0.0.1]")
            let failure = await Session(relay: try settings("x\r\nMAIL FROM:<>")).connecting()
            #expect(failure?.blame == .ourselves)
            #expect(!relay.commands.contains { $0.hasPrefix("MAIL") })
        }
    }
}
