internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import PasswordReset
internal import Presentation

/// How a request arrives: who is at the other end, and where to log.
struct Arrival: InitializableFromSource {
    let peer: Peer
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        peer = Peer(source.channel.remoteAddress)
        logger = source.logger
    }
}

/// All pages and the JSON interface: finds the route, applies the rules that hold for all, and turns every outcome into
/// an answer with the headers that every answer has. It never throws.
struct Site: HTTPResponder {
    typealias Context = Arrival

    private let settings: WebSettings
    private let pages: Pages
    private let routes: Routes
    private let limit: RateLimit
    private let crossSite: CrossSite
    private let securityHeaders: SecurityHeaders
    private let deadlines: Deadlines

    /// - Parameter console: nil for a site without one.
    /// - Throws: when a template is broken.
    init(
        _ settings: WebSettings, flow: any ResetFlow, console: ConsoleDesk? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws {
        self.settings = settings
        let pages = Pages(settings)
        self.pages = pages
        let reset = Reset(
            flow: flow, pages: pages, policy: PasswordPolicy(minimumLength: settings.minimumPasswordLength),
            context: settings.brands.names)
        routes = Routes(
            base: pages.base,
            [
                Route("/", [.get: { _ in .redirect(to: "\(pages.base)/forgot") }]),
                // What password managers look for (W3C, "A Well-Known URL for Changing Passwords").
                Route("/.well-known/change-password", [.get: { _ in .redirect(to: "\(pages.base)/password") }]),
                Route("/assets/site.css", [.get: { _ in .file(PackageResources.site_css, "text/css; charset=utf-8") }]),
                Route(
                    "/assets/site.js",
                    [.get: { _ in .file(PackageResources.site_js, "text/javascript; charset=utf-8") }]),
            ]
                + ([nil] + AccountKind.allCases).flatMap { BrandOnPages(settings.brands[$0], kind: $0).routes }
                + Forgot(flow: flow, pages: pages).routes + reset.routes + ResetAPI(flow: flow).routes
                + Change(flow: flow, pages: pages).routes + ChangeAPI(flow: flow).routes
                + NotMe(flow: flow, pages: pages).routes
                + (try console.map { try Console(settings, desk: $0).routes } ?? []))
        limit = RateLimit(limits: settings.limits, now: now)
        crossSite = CrossSite(origin: settings.linkBase.origin)
        securityHeaders = SecurityHeaders(
            isSecure: settings.linkBase.isSecure, showsPictures: settings.brands.haveLogo)
        deadlines = Deadlines(limit: settings.timeLimits.answer)
    }

    func respond(to request: Request, context: Arrival) async -> Response {
        let start = ContinuousClock.now
        var logger = context.logger
        logger[metadataKey: LogKey.requestID] = "\(String(UInt64.random(in: .min ... .max), radix: 16))"
        let match = routes.match(request.uri.path)
        var answer: Answer
        do {
            answer = try await self.answer(request, match, context, logger)
        } catch {
            let refusal = Self.refusal(for: error, logger)
            answer = self.answer(
                refusal, path: request.uri.path, token: match?.parameter, wishes: Self.wishes(request.headers))
        }
        complete(&answer.headers)
        finished(match, LogKey.known(request.method), answer.status, after: .now - start, logger)
        return answer.response(forHead: request.method == .head)
    }

    /// The answer to a request that was refused before it was whole, headers and all.
    ///
    /// - Parameter target: of the request, empty when its head never came.
    func refuse(_ refusal: Refusal, target: String, logger: Logger) -> Answer {
        let path = URI(target).path
        var answer = answer(refusal, path: path, token: nil, wishes: [])
        complete(&answer.headers)
        answer.headers[.contentLength] = String(answer.body.readableBytes)
        finished(routes.match(path), "none", answer.status, after: .zero, logger)
        return answer
    }

    private func answer(
        _ request: Request, _ match: Routes.Match?, _ context: Arrival, _ logger: Logger
    ) async throws -> Answer {
        guard let match else { throw Refusal.notFound }
        guard let handler = match.route.handler(for: request.method) else {
            throw Refusal.wrongMethod(allowed: match.route.methods)
        }
        let client = ClientAddress.find(
            peer: context.peer, forwarded: request.headers[values: .forwardedFor], trusted: settings.trustedProxies)
        if request.method == .post {
            try match.route.gate?(request.headers)
            guard crossSite.allows(request.headers) else { throw Refusal.forbidden }
            if match.route.limit != .none {
                let wait = await limit.admit(
                    .init(route: match.route.pattern, client: client?.client),
                    countsToTotal: match.route.limit == .clientAndTotal)
                if let wait { throw Refusal.tooMany(retryAfter: wait) }
            }
        }
        let call = Call(
            request: request, parameter: match.parameter, client: client, wishes: Self.wishes(request.headers),
            logger: logger)
        return try await deadlines.run { try await handler(call) }
    }

    private static func wishes(_ headers: HTTPFields) -> [String] {
        AcceptLanguage.tags(headers[.acceptLanguage])
    }

    private func answer(_ refusal: Refusal, path: String, token: String?, wishes: [String]) -> Answer {
        let edition = pages.edition(for: refusal.reader, wishes: wishes)
        var answer =
            routes.isAPI(path)
            ? Problem(refusal, words: edition.words).answer : edition.refusal(refusal, token: token)
        answer.headers.append(contentsOf: refusal.headers)
        return answer
    }

    private func finished(
        _ match: Routes.Match?, _ method: String, _ status: HTTPResponse.Status, after duration: Duration,
        _ logger: Logger
    ) {
        let route = match?.route.pattern ?? "none"
        WebMetrics.finished(route: route, status: status.code, after: duration)
        logger.info(
            "request finished",
            metadata: [
                LogKey.method: "\(method)", LogKey.route: "\(route)", LogKey.status: "\(status.code)",
                LogKey.milliseconds: "\((duration / .milliseconds(0.01)).rounded() / 100)",
            ])
    }

    private func complete(_ headers: inout HTTPFields) {
        securityHeaders.add(to: &headers)
        headers[.date] = HTTPDate.now
    }

    /// An error that describes itself is written for the log; of any other only the type is told, since its fields may
    /// hold what no log may.
    private static func refusal(for error: any Error, _ logger: Logger) -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case is HashingBusy: return .busy
        default:
            let describesItself = type(of: error) is any CustomStringConvertible.Type
            let text = describesItself ? String(describing: error) : String(describing: type(of: error))
            logger.error("request failed", metadata: [LogKey.error: "\(text)"])
            return .unavailable
        }
    }
}
