internal import HTTPTypes
internal import PasswordReset

/// The cookie that a session is known by: of this host alone where people come by https, unreadable for scripts, sent by
/// no other site's links or forms, and forgotten when the browser is closed (security.md, R18).
struct ConsoleCookie: Sendable {
    let isSecure: Bool

    /// Browsers take a cookie with this prefix from nobody but the host itself, and only with `Secure` and `Path=/`; by
    /// http, which is for loopback alone, they would not take it at all.
    private var name: String { isSecure ? "__Host-resetd" : "resetd" }

    /// Nil also when there are two: one of them was planted. Parted by bytes: in a planted one there may be a letter that
    /// makes one character with the semicolon after it, such as U+0604.
    func token(in headers: HTTPFields) -> ConsoleToken? {
        let values = headers[values: .cookie]
            .flatMap { $0.utf8.split(separator: UInt8(ascii: ";")) }
            .compactMap { pair -> Substring? in
                let pair = Substring(pair).trimmingSpaces
                guard let equals = pair.firstIndex(of: "="), pair[..<equals].utf8.elementsEqual(name.utf8) else {
                    return nil
                }
                return pair[pair.index(after: equals)...]
            }
        return values.count == 1 ? ConsoleToken(values[0]) : nil
    }

    func setting(_ token: ConsoleToken) -> String {
        "\(name)=\(token.text)\(attributes)"
    }

    /// Takes the cookie from the browser.
    var ending: String { "\(name)=\(attributes); Max-Age=0" }

    private var attributes: String { "; Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "") }
}
