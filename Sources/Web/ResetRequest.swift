internal import Accounts
internal import PasswordReset

/// What somebody asks for, checked for its form alone: whether there is such an account is never looked at here.
struct ResetRequest: Sendable {
    /// No address is longer (RFC 5321: 64 + 1 + 255); a little more is let through, to be refused where addresses are.
    static let longestEmail = 1000

    let email: String
    let kind: AccountKind?
    let locale: String?

    init(email: String, kind: String?, locale: String?) throws(Refusal) {
        guard !email.trimmingSpaces.isEmpty, email.utf8.count <= Self.longestEmail else { throw .malformed }
        self.email = email
        if let kind {
            guard let kind = AccountKind(rawValue: kind) else { throw .malformed }
            self.kind = kind
        } else {
            self.kind = nil
        }
        // The shape of a language tag (RFC 5646); which ones are spoken is decided when the mail is written.
        guard locale.map({ $0.utf8.count <= 35 && $0.utf8.allSatisfy(Self.isTagByte) }) ?? true else {
            throw .malformed
        }
        self.locale = locale
    }

    func new(from client: IPAddress?) -> NewRequest {
        NewRequest(email: email, kind: kind, locale: locale, clientAddress: client?.description)
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
