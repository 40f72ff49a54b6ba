import Foundation
import Logging

/// `log.format`.
enum LogFormat: String, CaseIterable {
    case logfmt
    case json
}

/// One line a record on stderr, whatever the input: a value that could end the line, or begin another pair, is quoted.
///
/// Under systemd (`JOURNAL_STREAM`) lines begin with their priority (sd-daemon(3)), and the journal adds the time.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    var metadata: Logger.Metadata = [:]

    private let isJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil

    /// Nil follows ``LogThreshold``.
    private var ownLevel: Logger.Level?

    init(label: String, format: LogFormat) {
        self.label = label
        self.format = format
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? LogThreshold.shared.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var pairs: [(String, String)] = []
        if !isJournal {
            pairs.append(("time", LogTime.now))
        }
        pairs.append(("level", event.level.rawValue))
        pairs.append(("msg", "\(event.message)"))
        for (key, value) in self.metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            pairs.append((key, "\(value)"))
        }
        let line = pairs.map(format == .json ? Self.json : Self.logfmt).joined(separator: format == .json ? "," : " ")
        StandardError.print((isJournal ? Self.priority(event.level) : "") + (format == .json ? "{\(line)}" : line))
    }

    private static func logfmt(_ key: String, _ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" && $0 != "=" && $0 != "\\"
            }
        return "\(key)=\(isPlain ? value : quoted(value))"
    }

    private static func json(_ key: String, _ value: String) -> String {
        "\(quoted(key)):\(quoted(value))"
    }

    /// As JSON quotes; control characters, and what some viewers take for a line end, as escapes.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || (0x2028...0x2029).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func priority(_ level: Logger.Level) -> String {
        switch level {
        case .critical: "<2>"
        case .error: "<3>"
        case .warning: "<4>"
        case .notice: "<5>"
        case .info: "<6>"
        case .debug, .trace: "<7>"
        }
    }
}
