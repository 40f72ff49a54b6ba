import Logging

/// `log.format`.
enum LogFormat: String, CaseIterable {
    case logfmt
    case json
}

/// One line a record on stderr, whatever the input: a value that could end the line, or begin another pair, is quoted, and
/// one without an end is cut.
///
/// Where stderr is the journal lines begin with their priority (sd-daemon(3)), and the journal adds the time.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    let addresses: LogAddresses
    var metadata: Logger.Metadata = [:]

    private let isJournal = StandardError.isJournal

    /// Nil follows ``LogThreshold``.
    private var ownLevel: Logger.Level?

    /// Of one value, in Unicode scalars: what an application put into a row may be any length.
    static let longestValue = 1000

    init(label: String, format: LogFormat, addresses: LogAddresses = .masked) {
        self.label = label
        self.format = format
        self.addresses = addresses
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
        let line = line(event.level, "\(event.message)", event.metadata ?? [:], at: isJournal ? nil : LogTime.now)
        StandardError.print((isJournal ? Self.priority(event.level) : "") + line)
    }

    /// - Parameter time: nil where the reader of the line adds it.
    func line(_ level: Logger.Level, _ message: String, _ more: Logger.Metadata, at time: String?) -> String {
        var pairs: [(String, String)] = time.map { [("time", $0)] } ?? []
        pairs.append(("level", level.rawValue))
        pairs.append(("msg", shown(message)))
        for (key, value) in metadata.merging(more, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            let isAddress = key == "email" && addresses == .masked
            pairs.append((key, isAddress ? AddressMask.hide(address: "\(value)") : shown("\(value)")))
        }
        switch format {
        case .logfmt: return pairs.map(Self.logfmt).joined(separator: " ")
        case .json: return "{\(pairs.map(Self.json).joined(separator: ","))}"
        }
    }

    private func shown(_ value: String) -> String {
        let isLong = value.unicodeScalars.count > Self.longestValue
        let cut = isLong ? String(value.unicodeScalars.prefix(Self.longestValue)) + "…" : value
        return addresses == .full ? cut : AddressMask.hide(in: cut)
    }

    private static func logfmt(_ key: String, _ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7F && $0 != "\"" && $0 != "=" && $0 != "\\"
            }
        return "\(key)=\(isPlain ? value : JSONText.quoted(value))"
    }

    private static func json(_ key: String, _ value: String) -> String {
        "\(JSONText.quoted(key)):\(JSONText.quoted(value))"
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
