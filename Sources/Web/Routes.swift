internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import PasswordReset

/// One request on its way to a handler.
struct Call: Sendable {
    let request: Request
    /// What stands in the place of `{…}` in the path, byte for byte, never decoded.
    let parameter: String
    /// Whose request it is; nil for a process of this host.
    let client: IPAddress?
    /// The languages that the browser asks for, the dearest first.
    let wishes: [String]
    let logger: Logger

    /// Of accounts, where a link of ours or of an application says so: `?kind=contact`.
    var kind: AccountKind? { field("kind").flatMap { AccountKind(rawValue: $0) } }

    /// A language that one of our own pages was in: `?locale=pt-BR`.
    var locale: String? { field("locale") }

    /// A word of the query; whatever else may stand there is nothing.
    private func field(_ name: String) -> String? {
        request.uri.query?.split(separator: "&").first { $0.hasPrefix("\(name)=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }
}

typealias Handler = @Sendable (Call) async throws -> Answer

/// A path and what may be done with it. Whatever answers GET answers HEAD too.
struct Route: Sendable {
    /// How posts to a route are counted.
    enum Limit: Sendable {
        case none
        /// By client (`limits.perClientMinute`).
        case client
        /// By client, and with all others that queue a request (`limits.totalMinute`).
        case clientAndTotal
    }

    /// As logs and metrics have it, such as `/reset/{token}`: never the path that was asked for.
    let pattern: String
    let limit: Limit
    /// Whether a client may post here at all, asked before everything else.
    let gate: Gate?
    let handlers: [HTTPRequest.Method: Handler]
    fileprivate let segments: [Substring]

    typealias Gate = @Sendable (HTTPFields) throws -> Void

    init(_ pattern: String, limit: Limit = .none, gate: Gate? = nil, _ handlers: [HTTPRequest.Method: Handler]) {
        self.pattern = pattern
        self.limit = limit
        self.gate = gate
        self.handlers = handlers
        segments = pattern.split(separator: "/")
    }

    /// For the `Allow` header, in a fixed order.
    var methods: [HTTPRequest.Method] {
        [.get, .head, .post].filter { handler(for: $0) != nil }
    }

    func handler(for method: HTTPRequest.Method) -> Handler? {
        handlers[method] ?? (method == .head ? handlers[.get] : nil)
    }
}

/// All routes, under the path of `link.base`. To add pages, add their ``Route``s in ``Site``.
///
/// A router of our own: Hummingbird's answers a wrong method with 404 and decodes percent-escapes in a path, so that a
/// token could be written in many ways.
struct Routes: Sendable {
    struct Match: Sendable {
        let route: Route
        let parameter: String
    }

    private let base: [Substring]
    private let routes: [Route]

    /// - Parameter base: the path of `link.base`, often empty.
    init(base: String, _ routes: [Route]) {
        self.base = base.split(separator: "/")
        self.routes = routes
    }

    /// The route of a path; one slash at its end does not count. The first that fits wins, so that `/reset/done` stands
    /// before `/reset/{token}`.
    func match(_ path: String) -> Match? {
        guard let segments = segments(of: path) else { return nil }
        for route in routes where route.segments.count == segments.count {
            var parameter: Substring = ""
            let fits = zip(route.segments, segments).allSatisfy { expected, given in
                guard expected.hasPrefix("{") else { return expected.utf8.elementsEqual(given.utf8) }
                parameter = given
                return true
            }
            if fits { return Match(route: route, parameter: String(parameter)) }
        }
        return nil
    }

    /// Whether errors are problem documents there; so also where there is no route.
    func isAPI(_ path: String) -> Bool {
        segments(of: path)?.first == "api"
    }

    private func segments(of path: String) -> ArraySlice<Substring>? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if segments.last?.isEmpty == true { segments.removeLast() }
        guard segments.allSatisfy({ !$0.isEmpty }), segments.starts(with: base) else { return nil }
        return segments.dropFirst(base.count)
    }
}
