internal import Foundation
internal import HTTPTypes
internal import NIOCore
internal import PasswordReset
internal import Presentation

/// A refusal as a problem document (RFC 9457). `type` is left at its default, `about:blank`: the status says it all, and
/// `reason` is the stable word for programs.
struct Problem: Encodable {
    struct Violation: Encodable {
        let code: String
        let detail: String
    }

    let title: String
    let status: Int
    let detail: String
    let reason: String
    /// Every rule that a password broke.
    let violations: [Violation]?
    /// Of the details: a header says it.
    private let language: String

    private enum CodingKeys: CodingKey {
        case title, status, detail, reason, violations
    }

    init(_ refusal: Refusal, words: Words) {
        title = refusal.status.reasonPhrase
        status = refusal.status.code
        detail = refusal.texts(in: words).joined(separator: " ")
        language = words.language
        reason = refusal.end?.rawValue ?? Self.snakeCase(refusal.word.rawValue)
        violations =
            refusal.violations.isEmpty
            ? nil : refusal.violations.map { Violation(code: $0.code, detail: words.sentence($0, of: refusal.secret)) }
    }

    /// `passwordRefused` as `password_refused`, like every other word that programs read of us.
    private static func snakeCase(_ word: String) -> String {
        word.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
    }

    /// The whole answer, without the headers that all answers have.
    var answer: Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers always encode; an empty object is still a problem document.
        let body = (try? encoder.encode(self)).map { ByteBuffer(bytes: $0) } ?? ByteBuffer(string: "{}")
        return Answer(
            .init(code: status, reasonPhrase: title), headers: [.contentType: "application/problem+json"], body: body
        ).inLanguage(language)
    }
}
