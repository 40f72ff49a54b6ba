import Glibc

/// Whether what the daemon reads and keeps is nobody else's to write. (Secrets that others can read are refused by
/// everybody who reads them.)
enum FileCheck {
    static func check(_ settings: Settings, configuration: String?) throws -> String {
        var looked: [String] = []
        var status = stat()
        let file = configuration ?? SettingsFile.defaultPath
        if unsafe stat(file, &status) == 0 {
            try requireClosed(file, status)
            looked.append(file)
        }
        for path in [try settings.text(.mailTemplates), try settings.text(.passwordBreachedFile)].compactMap(\.self) {
            try look(at: path, &looked)
        }
        // It belongs to the daemon's user, whom root does not know here.
        if let path = try settings.stateDirectory() { try look(at: path, isAnybodys: geteuid() == 0, &looked) }
        if try settings.shadow() != nil, let path = try settings.text(.workerShadow) { looked.append(path) }
        return looked.isEmpty ? "none is named" : "\(looked.joined(separator: ", ")): nobody else may write there"
    }

    private static func look(at path: String, isAnybodys: Bool = false, _ looked: inout [String]) throws {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw CommandFailure(description: "\(path): \(unsafe String(cString: strerror(errno)))")
        }
        try requireClosed(path, status, isAnybodys: isAnybodys)
        looked.append(path)
    }

    private static func requireClosed(_ path: String, _ status: stat, isAnybodys: Bool = false) throws {
        guard status.st_mode & 0o022 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw CommandFailure(description: "others may write \(path) (mode 0\(mode))")
        }
        guard isAnybodys || status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CommandFailure(description: "\(path) belongs to user \(status.st_uid), neither root nor this one")
        }
    }
}
