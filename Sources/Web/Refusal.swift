internal import HTTPTypes
internal import PasswordReset
internal import Presentation

/// Why a request gets no: thrown by whoever notices, made a page or a problem document where the answer leaves.
struct Refusal: Error, Sendable, Equatable {
    let status: HTTPResponse.Status
    /// The sentence for the person or programmer. It never contains anything that the client sent.
    let word: Word
    var allowed: [HTTPRequest.Method] = []
    /// In seconds; every 429 and 503 has it, and 423 where it is known.
    var retryAfter: Int?
    var violations: [PasswordViolation] = []
    /// What they were of.
    var secret = Secret.password
    /// What ended the link, with 410.
    var end: LinkEnd?
    /// In whose language, and under which brand, where that is known.
    var reader: LinkOwner?

    static let badRequest = Refusal(status: .badRequest, word: .badRequest)
    static let forbidden = Refusal(status: .forbidden, word: .forbidden)
    /// The same for an unknown page and for a token that is not ours.
    static let notFound = Refusal(status: .notFound, word: .notFound)
    static let tooSlow = Refusal(status: .requestTimeout, word: .tooSlow)
    static let tooLarge = Refusal(status: .contentTooLarge, word: .tooLarge)
    static let wrongType = Refusal(status: .unsupportedMediaType, word: .wrongType)
    static let malformed = Refusal(status: .unprocessableContent, word: .malformed)
    static let upgradeRequired = Refusal(status: .upgradeRequired, word: .upgradeRequired)
    /// Which of login and present secret is wrong, nobody is told.
    static let wrongSecret = Refusal(status: .unauthorized, word: .wrongSecret)
    static let reportExpired = Refusal(status: .gone, word: .notMeExpired)
    static let headTooLarge = Refusal(status: .requestHeaderFieldsTooLarge, word: .headTooLarge)
    /// All hashers are busy and the queue is full: it empties within seconds.
    static let busy = Refusal(status: .serviceUnavailable, word: .unavailable, retryAfter: 2)
    /// The database is away, or something of ours broke.
    static let unavailable = Refusal(status: .serviceUnavailable, word: .unavailable, retryAfter: 5)

    static func wrongMethod(allowed: [HTTPRequest.Method]) -> Refusal {
        Refusal(status: .methodNotAllowed, word: .wrongMethod, allowed: allowed)
    }

    static func tooMany(retryAfter: Int) -> Refusal {
        Refusal(status: .tooManyRequests, word: .tooMany, retryAfter: retryAfter)
    }

    static func gone(_ end: LinkEnd, _ reader: LinkOwner? = nil) -> Refusal {
        Refusal(status: .gone, word: end.word, end: end, reader: reader)
    }

    /// - Parameter seconds: until it is looked at again; nil until somebody unlocks the account.
    static func locked(seconds: Int?) -> Refusal {
        Refusal(
            status: .init(code: 423, reasonPhrase: "Locked"), word: seconds == nil ? .lockedForGood : .locked,
            retryAfter: seconds)
    }

    static func weak(_ violations: [PasswordViolation], of secret: Secret = .password) -> Refusal {
        Refusal(
            status: .unprocessableContent, word: secret == .pin ? .pinRefused : .passwordRefused,
            violations: violations,
            secret: secret)
    }

    var headers: HTTPFields {
        var headers: HTTPFields = [:]
        if !allowed.isEmpty { headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ") }
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        return headers
    }

    /// What a person is told, and how long to wait where somebody's hurry is the trouble.
    func texts(in words: Words) -> [String] {
        let text = words[word].replacing("{version}", with: ClientVersion.minimumApp)
        guard let retryAfter, status != .serviceUnavailable else { return [text] }
        return [text, words.wait(seconds: retryAfter)]
    }
}

extension LinkEnd {
    fileprivate var word: Word {
        switch self {
        case .expired: .expired
        case .used: .used
        case .changed: .changed
        case .newerUsed: .newerUsed
        case .cancelled: .cancelled
        }
    }
}
