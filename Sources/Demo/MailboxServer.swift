internal import NIOCore
internal import NIOPosix

/// The mailbox's SMTP listener on a loopback port of the system's choice.
struct MailboxServer: Sendable {
    /// Where it listens.
    let port: Int
    private let channel: any Channel

    /// Binds and begins to accept.
    static func start(_ mailbox: Mailbox) async throws -> MailboxServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MailboxHandler(mailbox: mailbox))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw DemoFailure("The mailbox has no port.") }
        return MailboxServer(port: port, channel: channel)
    }

    /// Closes the listener; connections end with the process.
    func stop() async {
        // It fails when the listener is closed already, which is what was asked for.
        try? await channel.close().get()
    }
}

/// One connection: bytes to the conversation, its events to the wire and the mailbox.
private final class MailboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let mailbox: Mailbox
    private var conversation = SMTPConversation()

    init(mailbox: Mailbox) {
        self.mailbox = mailbox
    }

    func channelActive(context: ChannelHandlerContext) {
        write([.reply(SMTPConversation.greeting)], context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        write(conversation.receive(unwrapInboundIn(data).readableBytesView), context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func write(_ events: [SMTPConversation.Event], context: ChannelHandlerContext) {
        var replies = context.channel.allocator.buffer(capacity: 256)
        var isOver = false
        for event in events {
            switch event {
            case .reply(let line): replies.writeString(line + "\r\n")
            case .mail(let sender, let recipients, let source):
                mailbox.keep(from: sender, to: recipients, source: source)
            case .close: isOver = true
            }
        }
        let written = context.writeAndFlush(wrapOutboundOut(replies))
        if isOver {
            let channel = context.channel
            written.whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
