internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1

/// Stands behind the parser and lets only whole requests through, head and body together.
///
/// So a slow client costs a buffer and a timer, never a task; a body that was cut off is never taken for a whole one;
/// and what cannot become a request (bad framing, no Host, too large, too slow) is answered here, in its turn, and the
/// connection closed. Everything happens on the connection's event loop.
final class RequestGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Writes the answer to what never became a request; the target is empty when the head never came.
    typealias Refuse = @Sendable (_ refusal: Refusal, _ target: String) -> Answer

    private enum Receiving {
        case nothing
        case head
        case body(HTTPRequestHead, ByteBuffer)
        /// The connection is to be closed: what still comes is thrown away.
        case ignored
    }

    private let limits: TimeLimits
    private let activity: ConnectionActivity
    private let refuse: Refuse
    private let arrivals: ArrivalSignal
    private var receiving = Receiving.nothing {
        didSet {
            guard case .ignored = receiving else { return }
            arrivals.isDeaf = true
            activity.end()
        }
    }
    /// Requests let through and not yet answered in full; more than one when the client pipelines.
    private var due = 0
    private var closesWhenAnswered = false
    private var hasAnswered = false
    /// To be written when the answers before it are.
    private var refused: Answer?
    private var timer: Scheduled<Void>?

    /// - Parameter arrivals: what stands before the parser of the same connection.
    init(limits: TimeLimits, activity: ConnectionActivity, arrivals: ArrivalSignal, refuse: @escaping Refuse) {
        self.limits = limits
        self.arrivals = arrivals
        self.activity = activity
        self.refuse = refuse
    }

    func channelActive(context: ChannelHandlerContext) {
        arm(limits.head, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        receiving = .ignored
        context.fireChannelInactive()
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), receiving) {
        case (_, .ignored): return
        case (.head(let head), _): begin(head, context)
        case (.body(var part), .body(let head, var body)):
            receiving = .nothing
            body.writeBuffer(&part)
            receiving = .body(head, body)
            if body.readableBytes > MediaType.maximumBody { answer(.tooLarge, target: head.uri, context) }
        case (.end, .body(let head, let body)): pass(head, body, context)
        case (.body, _), (.end, _): return
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        receiving = .body(head, ByteBuffer())
        // RFC 9112, 3.2: exactly one with HTTP/1.1. Its value is used for nothing.
        let hosts = head.headers[canonicalForm: "host"].count
        guard hosts == 1 || hosts == 0 && head.version == .http1_0 else {
            return answer(.badRequest, target: head.uri, context)
        }
        if let length = head.headers.first(name: "content-length"),
            Int(length).map({ $0 > MediaType.maximumBody }) ?? true
        {
            return answer(.tooLarge, target: head.uri, context)
        }
        guard due == 0 else { return }
        arm(limits.body, context)
        if head.headers[canonicalForm: "expect"].contains("100-continue") {
            context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
        }
    }

    private func pass(_ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        due += 1
        activity.passOn()
        // The parser reads nothing after what asks for another protocol, which no answer of ours takes up.
        if !head.isKeepAlive || head.method == .CONNECT || head.headers.contains(name: "upgrade")
            || due == ConnectionSetup.maximumPipelined
        {
            closesWhenAnswered = true
        }
        receiving = closesWhenAnswered ? .ignored : .nothing
        activity.workForClient()
        arm(limits.delivery, context)
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let arrived as BytesArrived:
            activity.read(arrived.count)
            guard case .nothing = receiving else { return }
            receiving = .head
            if due == 0 { arm(limits.head, context) }
        case is ChannelShouldQuiesceEvent:
            closesWhenAnswered = true
            guard case .nothing = receiving, due == 0 else { return }
            // Whoever has just connected is about to ask, and nobody asks again for a client whose first request was cut off.
            if hasAnswered { context.close(promise: nil) } else { arm(limits.linger, context) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, context.channel.isActive else {
            return context.fireErrorCaught(error)
        }
        var target = ""
        if case .body(let head, _) = receiving { target = head.uri }
        answer(error == .headerOverflow ? .headTooLarge : .badRequest, target: target, context)
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if closesWhenAnswered, due == 1 { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            due -= 1
            if due == 0 { answered(context) }
        }
    }

    private func answered(_ context: ChannelHandlerContext) {
        hasAnswered = true
        activity.waitForClient()
        if let refused {
            send(refused, context)
        } else {
            switch receiving {
            case .nothing where closesWhenAnswered, .ignored: finish(context)
            case .nothing: arm(limits.idle, context)
            case .head: arm(limits.head, context)
            case .body: arm(limits.body, context)
            }
        }
    }

    private func answer(_ refusal: Refusal, target: String, _ context: ChannelHandlerContext) {
        if case .ignored = receiving { return }
        receiving = .ignored
        let answer = refuse(refusal, target)
        if due == 0 { send(answer, context) } else { refused = answer }
    }

    private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
        refused = nil
        var headers = HTTPHeaders()
        for field in answer.headers { headers.add(name: field.name.rawName, value: field.value) }
        headers.add(name: "Connection", value: "close")
        let status = HTTPResponseStatus(statusCode: answer.status.code, reasonPhrase: answer.status.reasonPhrase)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        finish(context)
    }

    /// Closes our side once all is written, and the rest when the client has, or after a while. At once, the kernel
    /// would answer bytes that are still on their way with a reset, and the client might never see why (RFC 9112, 9.6).
    private func finish(_ context: ChannelHandlerContext) {
        receiving = .ignored
        context.flush()
        context.close(mode: .output, promise: nil)
        arm(limits.linger, context)
    }

    // MARK: Time

    private func arm(_ limit: Duration, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { self.late(context) }
    }

    private func late(_ context: ChannelHandlerContext) {
        switch receiving {
        case _ where due > 0, .nothing, .ignored: context.close(promise: nil)
        case .head: answer(.tooSlow, target: "", context)
        case .body(let head, _): answer(.tooSlow, target: head.uri, context)
        }
    }
}
