internal import NIOCore
internal import Synchronization

/// Whether we wait for a connection's client, and since when. Written by its event loop, read when room is needed.
final class ConnectionActivity: Sendable {
    /// Nanoseconds of NIO's clock; 0 while the client waits for us.
    private let since: Atomic<UInt64>

    init() {
        since = Atomic(NIODeadline.now().uptimeNanoseconds)
    }

    func waitForClient() {
        since.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
    }

    func workForClient() {
        since.store(0, ordering: .relaxed)
    }

    /// Nil while the client waits for us.
    var waitingSince: UInt64? {
        let since = since.load(ordering: .relaxed)
        return since == 0 ? nil : since
    }
}
