internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Shows the mails of the demonstration in a browser, on a loopback port of the system's choice.
struct MailboxPage: HTTPResponder {
    typealias Context = BasicRequestContext

    let mailbox: Mailbox
    /// Where the pages of the daemon begin; only a link that begins so is made one to click.
    let linkBase: String

    /// What may be loaded: nothing but the page's own style, what keeps the list up to date and, in the frame, a mail.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    /// A mail is somebody else's HTML: no script, no form, no image from elsewhere, no origin; a click opens a new
    /// window.
    private static let mailPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox"

    /// The service to run.
    ///
    /// - Parameter onBound: called with the port when it accepts.
    func application(onBound: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
        var logger = Logger(label: "mailbox")
        logger.logLevel = .critical
        return Application(
            responder: self,
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in channel.localAddress?.port.map(onBound) },
            logger: logger)
    }

    /// The answer to one request; GET and HEAD alone.
    func respond(to request: Request, context: BasicRequestContext) async -> Response {
        switch request.method {
        case .get: return answer(to: request)
        case .head:
            let whole = answer(to: request)
            return Response(status: whole.status, headers: whole.headers)
        default:
            var response = page(.methodNotAllowed, MailboxHTML.notFound)
            response.headers[.allow] = "GET, HEAD"
            return response
        }
    }

    private func answer(to request: Request) -> Response {
        let path = request.uri.path.split(separator: "/").map(String.init)
        if path.isEmpty {
            return page(
                .ok,
                MailboxHTML.list(
                    mailbox.mails, count: mailbox.count, forgotPage: linkBase + "/forgot", now: .now))
        }
        if path == ["live.js"] {
            return answer(.ok, "text/javascript; charset=utf-8", MailboxHTML.script, policy: Self.policy)
        }
        guard path.count <= 3, path[0] == "mail", path.count > 1, let number = Int(path[1]),
            let mail = mailbox.mail(number)
        else { return page(.notFound, MailboxHTML.notFound) }
        switch path.count == 3 ? path[2] : "" {
        case "": return page(.ok, MailboxHTML.mail(mail, linkBase: linkBase, now: .now))
        case "html":
            // The frame's links open in a window of their own; within it they would be without cookies and forms.
            return answer(
                .ok, "text/html; charset=utf-8", Self.openingElsewhere(mail.message.html), policy: Self.mailPolicy)
        case "source":
            return answer(
                .ok, "text/plain; charset=utf-8", String(decoding: mail.source, as: UTF8.self), policy: Self.policy)
        default: return page(.notFound, MailboxHTML.notFound)
        }
    }

    /// Behind the doctype where there is a head, or the browser would draw the mail by the rules of old.
    private static func openingElsewhere(_ html: String) -> String {
        let base = "<base target=\"_blank\">"
        guard let head = html.firstRange(of: "<head>") else { return base + html }
        return html[..<head.upperBound] + base + html[head.upperBound...]
    }

    private func page(_ status: HTTPResponse.Status, _ html: HTML) -> Response {
        answer(status, "text/html; charset=utf-8", html.text, policy: Self.policy)
    }

    private func answer(_ status: HTTPResponse.Status, _ type: String, _ text: String, policy: String) -> Response {
        var headers: HTTPFields = [
            .contentType: type, .cacheControl: "no-store", .contentSecurityPolicy: policy,
            .xContentTypeOptions: "nosniff",
        ]
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
