import Crypto

/// The secret by which a browser is known to the console: random, in a cookie, and with us only as a digest.
package struct ConsoleToken: Sendable {
    private let bytes: [UInt8]

    private static let byteCount = 32

    /// A new one, for a sign-in.
    package init() {
        var random = SystemRandomNumberGenerator()
        bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// What a cookie says; nil for what is none of ours by its form.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43, let bytes = Base64URL.decode(text), bytes.count == Self.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    /// For the cookie.
    package var text: String { Base64URL.encode(bytes) }

    /// What the database keeps: whoever reads it there cannot make the token of it.
    package var digest: String { Base64URL.encode(SHA256.hash(data: bytes)) }

    /// What every form of this session bears, so that a post from anywhere else is known (OWASP, CSRF prevention). It is
    /// made from the token, and the token cannot be made from it.
    package var formToken: String { Base64URL.encode(formCode) }

    /// In constant time.
    package func isFormToken(_ text: String) -> Bool {
        guard let code = Base64URL.decode(text) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: Self.formLabel, using: SymmetricKey(data: bytes))
    }

    private static let formLabel = Array("resetd/console-form/v1".utf8)

    private var formCode: HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Self.formLabel, using: SymmetricKey(data: bytes))
    }
}

extension ConsoleToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
