internal import NIOCore

/// One connection of a ``ScriptedRelay``: reads lines, asks the script, answers in order.
final class ScriptedRelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Mode {
        case commands, content
        /// The client's next line goes to AUTH.
        case authentication(ScriptedRelayAuthentication)
    }

    let record: ScriptedRelayRecord
    let certificates: TestCertificate
    var connection = 0
    var transaction = 0
    var buffer = ByteBuffer()
    private var group = 0
    var mode = Mode.commands
    var isEncrypted = false
    var isBusy = false
    var isDotWaiting = false
    var hasBody = false
    var sender: String?
    var recipients: [String] = []
    var content: [UInt8] = []

    init(record: ScriptedRelayRecord, certificates: TestCertificate) {
        self.record = record
        self.certificates = certificates
    }

    func channelActive(context: ChannelHandlerContext) {
        connection = record.opened(context.channel)
        if case .implicit = record.script.encryption { isEncrypted = true }
        ask(.greeting, "", usual: "220 localhost ESMTP scripted", context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        record.closed(connection, isWaiting: isDotWaiting)
        isBusy = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        buffer.writeBuffer(&bytes)
        group = 0
        process(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func process(_ context: ChannelHandlerContext) {
        while !isBusy, let line = nextLine() {
            switch mode {
            case .commands: take(command: line, context)
            case .content: take(content: line, context)
            case .authentication(let exchange): take(answer: line, exchange, context)
            }
        }
    }

    /// The next line with its end.
    private func nextLine() -> [UInt8]? {
        let view = buffer.readableBytesView
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return buffer.readBytes(length: end - view.startIndex + 1)
    }

    private func take(command bytes: [UInt8], _ context: ChannelHandlerContext) {
        let line = String(decoding: bytes, as: UTF8.self).trimmingLineEnd
        group += 1
        let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
        record.took(
            command: verb == "AUTH" ? String(line.split(separator: " ").prefix(2).joined(separator: " ")) : line,
            group: group)
        switch verb {
        case "EHLO": ask(.ehlo, line, usual: hello, context)
        case "HELO": ask(.ehlo, line, usual: "250 localhost", context)
        case "STARTTLS": ask(.starttls, line, usual: "220 2.0.0 Ready to start TLS", context)
        case "AUTH": ask(.auth, line, usual: nil, context)
        case "MAIL":
            transaction += 1
            ask(.mail, line, usual: sender == nil ? "250 2.1.0 Ok" : "503 5.5.1 Nested MAIL command", context)
        case "RCPT": ask(.rcpt, line, usual: sender == nil ? "503 5.5.1 Need MAIL command" : "250 2.1.5 Ok", context)
        case "DATA":
            let go = "354 End data with <CR><LF>.<CR><LF>"
            ask(.data, line, usual: recipients.isEmpty ? "554 5.5.1 No valid recipients" : go, context)
        case "RSET": ask(.rset, line, usual: "250 2.0.0 Ok", context)
        case "QUIT": ask(.quit, line, usual: "221 2.0.0 Bye", context)
        case "NOOP": ask(.other, line, usual: "250 2.0.0 Ok", context)
        default: ask(.other, line, usual: "502 5.5.2 Command not recognised", context)
        }
    }

    private func take(content line: [UInt8], _ context: ChannelHandlerContext) {
        if line == Array(".\r\n".utf8) {
            mode = .commands
            isDotWaiting = true
            let usual = recipients.isEmpty ? "554 5.5.1 No valid recipients" : "250 2.0.0 Ok: queued as \(transaction)"
            ask(.dot, ".", usual: usual, context)
            return
        }
        content += line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]
        guard !hasBody else { return }
        hasBody = true
        ask(.body, "", usual: "", context)
    }

    private func take(answer bytes: [UInt8], _ exchange: ScriptedRelayAuthentication, _ context: ChannelHandlerContext)
    {
        var exchange = exchange
        let reply = exchange.next(String(decoding: bytes, as: UTF8.self).trimmingLineEnd, script: record.script)
        mode = reply.hasPrefix("334") ? .authentication(exchange) : .commands
        write(reply, context)
    }

    private var hello: String {
        let script = record.script
        var lines = ["localhost greets you"] + script.extensions
        var isReadyForSecrets = true
        if case .startTLS = script.encryption, !isEncrypted {
            lines.append("STARTTLS")
            isReadyForSecrets = false
        }
        if isReadyForSecrets, !script.mechanisms.isEmpty {
            lines.append("AUTH \(script.mechanisms.joined(separator: " "))")
        }
        return lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }
            .joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingLineEnd: String {
        var bytes = Array(utf8)
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
