package import SMTP

/// `mail.from`: `Name <address>` or an address alone.
package struct Sender: Sendable {
    package let name: String
    package let mailbox: Mailbox

    package init(_ text: String) throws(SenderError) {
        let trimmed = text.drop { $0 == " " }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .malformed
        }
        do {
            // By scalars: an address may well begin with a mark, which makes one character of it and the bracket.
            let scalars = trimmed.unicodeScalars
            if scalars.last == ">", let open = scalars.lastIndex(of: "<") {
                mailbox = try Mailbox(String(scalars[scalars.index(after: open)...].dropLast()))
                let phrase = trimmed[..<open].reversed().drop { $0 == " " }.reversed()
                name = String(String(phrase).trimmingQuotes)
            } else {
                mailbox = try Mailbox(String(trimmed))
                name = ""
            }
        } catch {
            throw .malformed
        }
    }

    /// What stands after the `@`, for Message-IDs.
    var domain: String { String(mailbox.wire.split(separator: "@").last ?? "localhost") }
}

extension String {
    fileprivate var trimmingQuotes: Substring {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? dropFirst().dropLast() : self[...]
    }
}

package enum SenderError: Error, CustomStringConvertible {
    case malformed

    package var description: String { "expected Name <address>, such as Example Support <support@example.org>" }
}
