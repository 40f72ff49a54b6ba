/// One message for one recipient, ready for the wire but for its dots.
package struct Mail: Sendable {
    package let sender: Mailbox
    package let recipient: Mailbox

    /// An RFC 5322 message with CRLF line ends, not dot-stuffed.
    package let content: [UInt8]

    /// Found out here, once, by whoever composes, so that the session need not look at the bytes again.
    let shape: ContentShape

    /// - Parameter content: with a bare CR or LF in it, the session refuses the mail without a byte on the wire.
    package init(sender: Mailbox, recipient: Mailbox, content: [UInt8]) {
        self.sender = sender
        self.recipient = recipient
        self.content = content
        shape = ContentShape(of: content)
    }

    /// Whether MAIL must say SMTPUTF8.
    var needsSMTPUTF8: Bool {
        sender.needsSMTPUTF8 || recipient.needsSMTPUTF8
    }

    /// Octets as RFC 1870, 3 counts them: with the last line's end, without what dot-stuffing adds.
    var size: Int {
        content.count + (shape.endsLine ? 0 : 2)
    }
}
