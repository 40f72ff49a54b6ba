/// A mail as a reader shows it: subject, text, HTML and the link, from the bytes of the wire.
///
/// It understands what the daemon writes: encoded words in headers (RFC 2047), `multipart/alternative`, parts in 7bit
/// or base64. Anything else is shown as it is.
struct MailMessage: Sendable {
    /// Names and values in their order, unfolded and decoded.
    let headers: [Header]
    /// The `text/plain` part.
    let text: String
    /// The `text/html` part; empty when there is none.
    let html: String

    /// One header field.
    struct Header: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// Reads a whole mail.
    init(_ source: [UInt8]) {
        let whole = MailPart(source)
        headers = whole.headers.map { Header(name: $0.name, value: EncodedWords.decode($0.value)) }
        let leaves = whole.leaves
        text = leaves.first { $0.mediaType == "text/plain" }?.content ?? ""
        html = leaves.first { $0.mediaType == "text/html" }?.content ?? ""
    }

    /// The value of the first header of that name, in any case; empty when there is none.
    func header(_ name: String) -> String {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value ?? ""
    }

    /// The first line of the text that is a link and begins so.
    func link(beginning: String) -> String? {
        text.split(whereSeparator: \.isNewline).map(String.init)
            .first { $0.hasPrefix(beginning) && !$0.contains(" ") }
    }
}
