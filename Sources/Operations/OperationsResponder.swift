internal import HTTPTypes
package import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Answers the three routes of the operations listener, and 404 or 405 to everything else.
///
/// Three fixed paths need no router, and the switch keeps the rule in sight: known path and wrong method is 405 with
/// `Allow`, a body of any size worth the name is 413, and no answer may be cached.
package struct OperationsResponder: HTTPResponder {
    /// The plain context: nothing about a request is kept.
    package typealias Context = BasicRequestContext

    /// These routes take no body; what a confused client sends is refused beyond this many bytes.
    private static let bodyLimit = 1024

    let health: Health
    let metrics: MetricsRegistry

    /// The answer to one request; never throws, and waits for nothing but the request's own body.
    package func respond(to request: Request, context: BasicRequestContext) async -> Response {
        do {
            _ = try await request.body.collect(upTo: Self.bodyLimit)
        } catch {
            return refusal(.contentTooLarge)
        }
        let answer: Response
        switch request.uri.path {
        case "/health/live": answer = page(.ok, "application/json", #"{"status":"ok"}"# + "\n")
        case "/health/ready":
            let report = health.report
            let status: HTTPResponse.Status = report.overall == .unavailable ? .serviceUnavailable : .ok
            answer = page(status, "application/json", report.json + "\n")
        case "/metrics": answer = page(.ok, PrometheusText.contentType, metrics.text())
        default: return refusal(.notFound)
        }
        switch request.method {
        case .get: return answer
        case .head: return Response(status: answer.status, headers: answer.headers)
        default:
            var refused = refusal(.methodNotAllowed)
            refused.headers[.allow] = "GET, HEAD"
            return refused
        }
    }

    private func page(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
        let body = ByteBuffer(string: text)
        let headers: HTTPFields = [
            .contentType: type,
            .contentLength: String(body.readableBytes),
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
        ]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    private func refusal(_ status: HTTPResponse.Status) -> Response {
        page(status, "text/plain; charset=utf-8", status.reasonPhrase + "\n")
    }
}
