internal import NIOCore

/// Bytes came in. The parser says nothing until a head is whole, and a head's time limit runs from its first byte.
struct BytesArrived: Sendable {
    let count: Int
}

/// Stands before the parser and tells of every read, before what is read.
final class ArrivalSignal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Whether what comes is thrown away unread: parsing it would cost us as much as if we were to answer it.
    var isDeaf = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        context.fireUserInboundEventTriggered(BytesArrived(count: unwrapInboundIn(data).readableBytes))
        context.fireChannelRead(data)
    }
}
