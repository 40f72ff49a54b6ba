internal import NIOConcurrencyHelpers
internal import NIOCore
internal import Synchronization

/// The connections that are open, and what bounds them: their number (`web.maxConnections`), and the memory that requests
/// take which are not whole yet.
///
/// At the cap on their number the connection whose client has kept us waiting longest is closed: a prompt client sends its
/// request in milliseconds and is served, however many slow ones hold on. Beyond the memory those go of which we hold most:
/// what honest clients send is a hundredth of what a body or a head may be. One that waits for our answer is never closed
/// for either.
final class ConnectionTable: Sendable {
    private struct Entry {
        let channel: any Channel
        let activity: ConnectionActivity
        var isClosing = false
    }

    /// The last read of a connection counts as held until its next request is whole: as much as that may be.
    private static let heldByEach = 4096

    private let maximum: Int
    /// Bytes of requests that are not whole, of all connections together: 4 KiB each, and 16 MiB where they are few. Parsed
    /// heads and buffers that grow take up to thrice as much.
    private let maximumHeld: Int
    private let held = Atomic<Int>(0)
    private let entries = NIOLockedValueBox<[ObjectIdentifier: Entry]>([:])

    init(maximum: Int) {
        self.maximum = maximum
        maximumHeld = max(16 << 20, maximum * Self.heldByEach)
    }

    /// Makes room if need be; false when every connection is being worked for, and the new one is to be closed.
    func admit(_ channel: any Channel, _ activity: ConnectionActivity) -> Bool {
        entries.withLockedValue { entries in
            if entries.count >= maximum {
                let slowest = entries.compactMap { key, entry in entry.activity.waitingSince.map { (key, $0) } }
                    .min { $0.1 < $1.1 }
                guard let (key, _) = slowest, let entry = entries.removeValue(forKey: key) else { return false }
                close(entry)
            }
            entries[ObjectIdentifier(channel)] = Entry(channel: channel, activity: activity)
            return true
        }
    }

    func leave(_ channel: any Channel) {
        entries.withLockedValue { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Is told by each connection, on its event loop, how much more of unfinished requests it holds, or less.
    func hold(more change: Int) {
        let held = held.add(change, ordering: .relaxed).newValue
        if change > 0, held > maximumHeld { makeRoom() }
    }

    /// Connections that are being closed count no more here; their bytes do until they are.
    private func makeRoom() {
        entries.withLockedValue { entries in
            let open = entries.filter { !$0.value.isClosing }.map { key, entry in
                (key, entry, held: entry.activity.held)
            }
            var excess = open.reduce(-maximumHeld) { $0 + $1.held }
            for (key, entry, held) in open.sorted(by: { $0.held > $1.held }) {
                guard excess > 0 else { return }
                guard entry.activity.waitingSince != nil else { continue }
                excess -= held
                entries[key]?.isClosing = true
                close(entry)
            }
        }
    }

    /// On the connection's own event loop, which alone knows whether its client has become prompt meanwhile: then it stays.
    private func close(_ entry: Entry) {
        entry.channel.eventLoop.execute {
            guard entry.activity.waitingSince == nil else { return entry.channel.close(promise: nil) }
            self.entries.withLockedValue { $0[ObjectIdentifier(entry.channel)]?.isClosing = false }
        }
    }
}
