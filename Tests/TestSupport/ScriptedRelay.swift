internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// An SMTP server on 127.0.0.1 that does what a ``RelayScript`` says, and remembers what it was told.
package final class ScriptedRelay: Sendable {
    private let record: ScriptedRelayRecord
    private let listener: NIOLockedValueBox<(any Channel)?>

    /// Stays the same when the relay goes away and comes back.
    package let port: Int

    /// - Parameter port: 0 for any free one.
    package init(_ script: RelayScript = RelayScript(), port: Int = 0) async throws {
        record = ScriptedRelayRecord(script: script)
        let channel = try await ScriptedRelay.listen(port: port, record: record)
        listener = NIOLockedValueBox(channel)
        self.port = channel.localAddress?.port ?? 0
    }

    /// What `smtp.url` is to be.
    package var url: String {
        if case .implicit = record.script.encryption { return "smtps://127.0.0.1:\(port)" }
        return "smtp://127.0.0.1:\(port)"
    }

    package var history: RelayHistory { record.history }
    package var mails: [ReceivedMail] { history.mails }
    package var commands: [String] { history.commands }

    /// Replaces the script, for open connections too.
    package func use(_ script: RelayScript) { record.script = script }

    /// Returns when so many mails have been accepted in all.
    @discardableResult
    package func waitForMails(_ count: Int) async throws -> [ReceivedMail] {
        try await wait { $0.mails.count >= count }
        return mails
    }

    /// Returns as soon as the history is so.
    package func wait(until condition: @escaping @Sendable (RelayHistory) -> Bool) async throws {
        try await record.wait(until: condition)
    }

    /// Lets every action go that `hold` holds, and those to come.
    package func release() { record.release() }

    /// Writes bytes on every open connection, asked for or not.
    package func push(_ text: String) async throws {
        for channel in record.channels {
            try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        }
    }

    /// Closes every open connection, without a word.
    package func hangUp() async {
        for channel in record.channels { try? await channel.close().get() }
    }

    /// Stops listening and hangs up: connecting is refused from now on.
    package func goAway() async {
        let channel = listener.withLockedValue { $0.take() }
        try? await channel?.close().get()
        await hangUp()
    }

    /// Listens again, on the same port.
    package func comeBack() async throws {
        let channel = try await ScriptedRelay.listen(port: port, record: record)
        listener.withLockedValue { $0 = channel }
    }

    private static func listen(port: Int, record: ScriptedRelayRecord) async throws -> any Channel {
        // Made before the first connection, which cannot wait for it.
        let certificates = try await TestCertificate.shared()
        return try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if case .implicit(let kind) = record.script.encryption {
                        let context = try tls(certificates, kind)
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    let handler = ScriptedRelayHandler(record: record, certificates: certificates)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    static func tls(_ certificates: TestCertificate, _ kind: TestCertificate.Kind) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificates.certificateFile(kind))
        let key = try NIOSSLPrivateKey(file: certificates.keyFile(kind), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }
}

/// A relay for as long as `body` runs.
package func withScriptedRelay<Result>(
    _ script: RelayScript = RelayScript(), body: (ScriptedRelay) async throws -> Result
) async throws -> Result {
    let relay = try await ScriptedRelay(script)
    do {
        let result = try await body(relay)
        await relay.goAway()
        return result
    } catch {
        await relay.goAway()
        throw error
    }
}
