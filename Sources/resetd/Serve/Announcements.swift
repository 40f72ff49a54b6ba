import NIOConcurrencyHelpers
import Operations

/// What systemd hears of the daemon: READY the first time that every essential part is well, which way it is whenever that
/// changes, and STOPPING.
final class Announcements: Sendable {
    private struct Told {
        var isReady = false
        var isStopping = false
        var status = ""
    }

    private let notifier: SystemdNotifier
    private let told = NIOLockedValueBox(Told())

    init(_ notifier: SystemdNotifier) {
        self.notifier = notifier
    }

    /// Asks while it holds the lock, so that of two changes at once the later is told last.
    func tell(_ health: Health) {
        told.withLockedValue { told in
            guard !told.isStopping else { return }
            let report = health.report
            let isFirst = !told.isReady && report.overall != .unavailable
            told.isReady = told.isReady || isFirst
            if isFirst { notifier.ready() }
            guard report.line != told.status else { return }
            told.status = report.line
            notifier.status(report.line)
        }
    }

    /// Wraps the reading of settings: systemd tells whoever waits for `systemctl reload` when it is over. Not before READY,
    /// which the end of a reload would otherwise say.
    func reloading(_ body: () async -> Void) async {
        guard told.withLockedValue({ $0.isReady && !$0.isStopping }) else { return await body() }
        notifier.reloading()
        await body()
        notifier.ready()
    }

    func stopping() {
        told.withLockedValue { told in
            guard !told.isStopping else { return }
            told.isStopping = true
            notifier.stopping()
            notifier.status("stopping: what is on the wire is finished, the rest given back")
        }
    }
}

extension HealthReport {
    /// One line for `systemctl status`: `ok: database, relay, schema`, or what is not well and why.
    var line: String {
        let unwell = parts.filter { $0.state != .ok }.map { part in
            "\(part.name) \(part.state.rawValue)" + (part.words.map { " (\($0))" } ?? "")
        }
        return "\(overall.rawValue): " + (unwell.isEmpty ? parts.map(\.name) : unwell).joined(separator: ", ")
    }
}
