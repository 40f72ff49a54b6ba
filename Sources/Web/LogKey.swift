internal import HTTPTypes

/// The metadata of this target's log records. No URI, address, token or field ever is.
enum LogKey {
    static let requestID = "request.id"
    static let method = "http.method"
    static let route = "http.route"
    static let status = "http.status"
    static let milliseconds = "duration.ms"
    static let address = "listen.address"
    static let connections = "connections.maximum"
    static let error = "error"
    static let mail = "mail.purpose"
    static let accountKind = "account.kind"
    static let accountID = "account.id"

    /// A method by name; what a client made up is `other`.
    static func known(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect: method.rawValue
        default: "other"
        }
    }
}
