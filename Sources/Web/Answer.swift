internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

/// What a handler has to say: a whole response, small enough to be in memory.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ByteBuffer

    init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// See Other: a browser that comes back or reloads does not post again.
    static func redirect(to path: String) -> Answer {
        Answer(.seeOther, headers: [.location: path])
    }

    static func text(_ text: String, _ type: String, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status, headers: [.contentType: type], body: ByteBuffer(string: text))
    }

    static func html(_ html: String, status: HTTPResponse.Status = .ok) -> Answer {
        text(html, "text/html; charset=utf-8", status: status)
    }

    /// Says which language it is in, and that the reader's browser had a say in it.
    func inLanguage(_ tag: String) -> Answer {
        var answer = self
        answer.headers[.contentLanguage] = tag
        answer.headers[.vary] = "Accept-Language"
        return answer
    }

    static func file(_ bytes: [UInt8], _ type: String) -> Answer {
        Answer(.ok, headers: [.contentType: type], body: ByteBuffer(bytes: bytes))
    }

    /// - Parameter forHead: whether only the head is wanted; its length is that of the body that GET would get.
    func response(forHead: Bool) -> Response {
        var headers = headers
        // RFC 9110, 8.6: none with 204.
        if status != .noContent { headers[.contentLength] = String(body.readableBytes) }
        var response = Response(
            status: status, headers: headers,
            body: forHead || body.readableBytes == 0 ? .init() : .init(byteBuffer: body))
        if status == .noContent { response.headers[.contentLength] = nil }
        return response
    }
}
