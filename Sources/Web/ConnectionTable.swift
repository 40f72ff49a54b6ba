internal import NIOCore

/// The connections that are open, and the cap on them (`web.maxConnections`).
///
/// At the cap the connection whose client has kept us waiting longest is closed: a prompt client sends its request in
/// milliseconds and is served, however many slow ones hold on. One that waits for our answer is never closed for that.
actor ConnectionTable {
    private struct Entry {
        let channel: any Channel
        let activity: ConnectionActivity
    }

    private let maximum: Int
    private var entries: [ObjectIdentifier: Entry] = [:]

    init(maximum: Int) {
        self.maximum = maximum
    }

    var count: Int { entries.count }

    /// Makes room if need be; false when every connection is being worked for, and the new one is to be closed.
    func admit(_ channel: any Channel, _ activity: ConnectionActivity) -> Bool {
        if entries.count >= maximum {
            let slowest = entries.compactMap { key, entry in entry.activity.waitingSince.map { (key, $0) } }
                .min { $0.1 < $1.1 }
            guard let (key, _) = slowest, let entry = entries.removeValue(forKey: key) else { return false }
            entry.channel.close(promise: nil)
        }
        entries[ObjectIdentifier(channel)] = Entry(channel: channel, activity: activity)
        return true
    }

    func leave(_ channel: any Channel) {
        entries.removeValue(forKey: ObjectIdentifier(channel))
    }
}
