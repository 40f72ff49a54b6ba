internal import NIOCore

/// Bytes came in. The parser says nothing until a head is whole, and a head's time limit runs from its first byte.
struct BytesArrived: Sendable {}

/// Stands before the parser and tells of every read, before what is read.
final class ArrivalSignal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireUserInboundEventTriggered(BytesArrived())
        context.fireChannelRead(data)
    }
}
