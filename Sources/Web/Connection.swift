internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// A connection that was accepted: its requests, and whether its client keeps us waiting.
struct Connection: Sendable {
    let stream: HTTP1Channel.Value
    let activity: ConnectionActivity

    var channel: any Channel { stream.channel }
}

/// Makes HTTP/1.1 connections of accepted sockets, and serves them.
///
///     bytes → ArrivalSignal → parser → RequestGuard → Hummingbird → Site
struct ConnectionSetup: Sendable {
    /// The number of header fields that make sense (security.md, R21), and their size, the request line with them.
    static let maximumFields = 100
    static let maximumHead = 32_768
    /// Requests that may wait for their answers at once: the connection ends with the last of them, and the rest is asked for
    /// anew (RFC 9112, 9.3.2). Whoever writes without reading would have us keep thousands otherwise.
    static let maximumPipelined = 16

    private let http: HTTP1Channel
    private let site: Site
    private let limits: TimeLimits
    private let logger: Logger

    init(site: Site, limits: TimeLimits, logger: Logger) {
        self.site = site
        self.limits = limits
        self.logger = logger
        http = HTTP1Channel(
            responder: { request, writer, channel in
                let arrival = Arrival(source: .init(channel: channel, logger: logger))
                let response = await site.respond(to: request, context: arrival)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: .init(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.maximumHead, maxHeaderListSize: Self.maximumHead,
                    maxHeaderFieldCount: Self.maximumFields)))
    }

    /// Runs on the channel's event loop, before it is active.
    func open(_ channel: any Channel, _ table: ConnectionTable) -> EventLoopFuture<Connection> {
        let activity = ConnectionActivity(table: table)
        let site = site
        let limits = limits
        let logger = logger
        return http.setup(channel: channel, logger: logger).flatMapThrowing { stream in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let arrivals = ArrivalSignal()
            let requestGuard = RequestGuard(limits: limits, activity: activity, arrivals: arrivals) {
                site.refuse($0, target: $1, logger: logger)
            }
            try pipeline.addHandler(requestGuard, position: .after(parser))
            try pipeline.addHandler(arrivals, position: .first)
            return Connection(stream: stream, activity: activity)
        }
    }

    /// Returns when the connection is closed.
    func serve(_ connection: Connection) async {
        await http.handle(value: connection.stream, logger: logger)
    }

    /// Closes a connection for which there is no room.
    func turnAway(_ connection: Connection) async {
        try? await connection.stream.executeThenClose { _, _ in }
    }
}
