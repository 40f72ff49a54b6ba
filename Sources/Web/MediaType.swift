internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

/// What a body must say that it is; the raw value is the type.
enum MediaType: String, Sendable {
    case form = "application/x-www-form-urlencoded"
    case json = "application/json"

    static let maximumBody = 65_536

    /// The body of a request of this type.
    ///
    /// - Throws: ``Refusal/wrongType`` without this very type, with a character set other than UTF-8 or with a coding
    ///   such as gzip; ``Refusal/tooLarge``.
    func body(of request: Request) async throws -> [UInt8] {
        guard let given = request.headers[.contentType], matches(given), request.headers[.contentEncoding] == nil else {
            throw Refusal.wrongType
        }
        return try await Self.body(of: request)
    }

    /// Nothing, for a form without fields: clients that send no body send no type either.
    static func nothing(in request: Request) async throws {
        if request.headers[.contentType] != nil {
            _ = try await form.body(of: request)
        } else if try await !body(of: request).isEmpty {
            throw Refusal.wrongType
        }
    }

    private static func body(of request: Request) async throws -> [UInt8] {
        do {
            return Array(buffer: try await request.body.collect(upTo: maximumBody))
        } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge
        }
    }

    private func matches(_ text: String) -> Bool {
        let parts = text.lowercased().split(separator: ";", omittingEmptySubsequences: false)
        guard parts.first?.trimmingSpaces == rawValue[...] else { return false }
        return parts.dropFirst().allSatisfy { part in
            let parameter = part.trimmingSpaces
            return !parameter.hasPrefix("charset=")
                || ["charset=utf-8", "charset=\"utf-8\""].contains(String(parameter))
        }
    }
}
