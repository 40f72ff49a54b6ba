internal import NIOCore
internal import Synchronization

/// Whether we wait for a connection's client, since when, and what of its requests we hold until they are whole.
///
/// Written by the connection's event loop alone, read when room is needed.
final class ConnectionActivity: Sendable {
    private let table: ConnectionTable
    /// Nanoseconds of NIO's clock; 0 while the client waits for us.
    private let since = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)
    private let heldBytes = Atomic<Int>(0)
    private let lastRead = Atomic<Int>(0)

    init(table: ConnectionTable) {
        self.table = table
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

    /// At least the bytes that came and are in no whole request yet.
    var held: Int { heldBytes.load(ordering: .relaxed) }

    func read(_ count: Int) {
        lastRead.store(count, ordering: .relaxed)
        hold(held + count)
    }

    /// A request is whole. What came after it came with the last read: where in it the request ended, only the parser knows.
    func passOn() {
        hold(min(held, lastRead.load(ordering: .relaxed)))
    }

    func end() {
        hold(0)
    }

    private func hold(_ count: Int) {
        let before = heldBytes.exchange(count, ordering: .relaxed)
        table.hold(more: count - before)
    }
}
