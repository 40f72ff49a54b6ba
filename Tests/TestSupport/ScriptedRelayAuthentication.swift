/// The relay's side of AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616).
struct ScriptedRelayAuthentication {
    private var isLogin = false
    private var username: [UInt8]?

    /// Answers the AUTH command itself, which may bring the first response with it.
    mutating func begin(_ command: String, script: RelayScript) -> String {
        let words = command.split(separator: " ").map(String.init)
        guard words.count >= 2, script.mechanisms.contains(words[1].uppercased()) else {
            return "504 5.5.4 Unrecognised authentication type"
        }
        isLogin = words[1].uppercased() == "LOGIN"
        if words.count > 2 { return next(words[2], script: script) }
        return isLogin ? "334 VXNlcm5hbWU6" : "334 "
    }

    /// Answers one response of the client.
    mutating func next(_ response: String, script: RelayScript) -> String {
        guard let bytes = decoded(response) else { return "501 5.5.2 Not base64" }
        if isLogin, username == nil {
            username = bytes
            return "334 UGFzc3dvcmQ6"
        }
        let user: [UInt8]
        let password: [UInt8]
        if let username {
            (user, password) = (username, bytes)
        } else {
            let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return "501 5.5.2 Not PLAIN" }
            (user, password) = (Array(parts[1]), Array(parts[2]))
        }
        let isRight = user == Array(script.username.utf8) && password == Array(script.password.utf8)
        return isRight ? "235 2.7.0 Authentication successful" : "535 5.7.8 Authentication failed"
    }

    private func decoded(_ text: String) -> [UInt8]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for character in text.utf8 where character != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }
}
