extension HealthReport {
    /// `{"status":"degraded","database":"ok","relay":"degraded","details":{"relay":"connection refused"}}`.
    ///
    /// The state of each part stands under its own name, so that a probe needs one step to it; words are apart, because
    /// they are for people and change. Written by hand: four kinds of character need an escape (RFC 8259, section 7).
    package var json: String {
        var members = ["\"status\":\"\(overall.rawValue)\""]
        members += parts.map { "\(Self.quoted($0.name)):\"\($0.state.rawValue)\"" }
        let words = parts.compactMap { part in part.words.map { "\(Self.quoted(part.name)):\(Self.quoted($0))" } }
        if !words.isEmpty { members.append("\"details\":{\(words.joined(separator: ","))}") }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
