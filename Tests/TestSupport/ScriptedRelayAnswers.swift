internal import NIOCore
internal import NIOSSL

/// How a ``ScriptedRelay`` answers: the script's action, and what it does to the relay's own state.
extension ScriptedRelayHandler {
    func ask(_ stage: RelayScript.Stage, _ command: String, usual: String?, _ context: ChannelHandlerContext) {
        let event = RelayScript.Event(
            stage: stage, command: command, connection: connection, transaction: transaction, recipients: recipients)
        let action = record.script.answer(event)
        // Only now: a test that waits for the dot changes the script as soon as it has come.
        if stage == .dot { record.dotCame() }
        perform(action, stage, command, usual, context)
    }

    private func perform(
        _ action: RelayScript.Action, _ stage: RelayScript.Stage, _ command: String, _ usual: String?,
        _ context: ChannelHandlerContext
    ) {
        switch action {
        case .usual:
            if let usual {
                answer(usual, stage, command, context)
            } else {
                beginAuthentication(command, context)
            }
        case .reply(let text): answer(text, stage, command, context)
        case .raw(let bytes):
            settle(stage, command, isPositive: false, isGo: false)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        case .drip(let text, let pause):
            isBusy = true
            drip(Array("\(text)\r\n".utf8)[...], of: text, TimeAmount(pause), stage, command, context)
        case .replyAndClose(let text):
            isBusy = true
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            answer(text, stage, command, context)
            context.eventLoop.execute { bound.value.close(promise: nil) }
        case .close:
            isBusy = true
            context.close(promise: nil)
        case .silence: isBusy = true
        case .keep(let action):
            keep()
            perform(action, stage, command, usual, context)
        case .after(let time, let action):
            isBusy = true
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: TimeAmount(time)) {
                bound.value.0.resume(action, stage, command, usual, bound.value.1)
            }
        case .hold(let action):
            isBusy = true
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let loop = context.eventLoop
            record.hold {
                loop.execute { bound.value.0.resume(action, stage, command, usual, bound.value.1) }
            }
        }
    }

    private func resume(
        _ action: RelayScript.Action, _ stage: RelayScript.Stage, _ command: String, _ usual: String?,
        _ context: ChannelHandlerContext
    ) {
        guard context.channel.isActive else { return }
        isBusy = false
        perform(action, stage, command, usual, context)
        process(context)
    }

    private func drip(
        _ bytes: ArraySlice<UInt8>, of text: String, _ pause: TimeAmount, _ stage: RelayScript.Stage, _ command: String,
        _ context: ChannelHandlerContext
    ) {
        guard context.channel.isActive else { return }
        guard let byte = bytes.first else {
            isBusy = false
            answer(text, stage, command, context, isWritten: true)
            return process(context)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: pause) {
            bound.value.0.drip(bytes.dropFirst(), of: text, pause, stage, command, bound.value.1)
        }
    }

    private func answer(
        _ text: String, _ stage: RelayScript.Stage, _ command: String, _ context: ChannelHandlerContext,
        isWritten: Bool = false
    ) {
        let isPositive = text.hasPrefix("2")
        if stage == .dot, isPositive { keep() }
        settle(stage, command, isPositive: isPositive, isGo: text.hasPrefix("354"))
        if !text.isEmpty, !isWritten { write(text, context) }
        switch stage {
        case .starttls where isPositive: startTLS(context)
        case .quit: context.close(promise: nil)
        default: break
        }
    }

    /// What an answer does to the relay's own state.
    private func settle(_ stage: RelayScript.Stage, _ command: String, isPositive: Bool, isGo: Bool) {
        switch stage {
        case .mail where isPositive: (sender, recipients) = (command.bracketed, [])
        case .rcpt where isPositive: recipients.append(command.bracketed)
        case .data where isGo: (mode, content, hasBody) = (.content, [], false)
        case .dot:
            if isDotWaiting { record.dotAnswered() }
            isDotWaiting = false
            (sender, recipients, content) = (nil, [], [])
        case .rset where isPositive, .ehlo where isPositive: (sender, recipients) = (nil, [])
        default: break
        }
    }

    /// Accepts the mail that the dot ended; once.
    private func keep() {
        guard let sender, !recipients.isEmpty else { return }
        record.accepted(
            ReceivedMail(connection: connection, sender: sender, recipients: recipients, content: content))
        self.sender = nil
    }

    private func beginAuthentication(_ command: String, _ context: ChannelHandlerContext) {
        var exchange = ScriptedRelayAuthentication()
        let reply = exchange.begin(command, script: record.script)
        if reply.hasPrefix("334") { mode = .authentication(exchange) }
        write(reply, context)
    }

    private func startTLS(_ context: ChannelHandlerContext) {
        guard case .startTLS(let kind) = record.script.encryption else { return }
        // RFC 3207, 4.2: nothing that came in the clear counts any more.
        buffer.clear()
        isEncrypted = true
        do {
            let handler = NIOSSLServerHandler(context: try ScriptedRelay.tls(certificates, kind))
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
        } catch {
            context.close(promise: nil)
        }
    }

    func write(_ text: String, _ context: ChannelHandlerContext) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: lines + "\r\n")), promise: nil)
    }
}

extension String {
    /// What stands between `<` and `>`.
    fileprivate var bracketed: String {
        guard let first = firstIndex(of: "<"), let last = lastIndex(of: ">"), first < last else { return "" }
        return String(self[index(after: first)..<last])
    }
}
