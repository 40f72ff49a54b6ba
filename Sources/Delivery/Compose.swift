package import PasswordReset
import SMTP

/// The third step: words, headers and parts of the mail of a minted request. What delivers takes nothing else.
struct ComposedMail: Sendable {
    let request: ClaimedRequest
    /// Of the daemon's session, when the request was claimed.
    let epoch: Int
    let mail: Mail
}

/// Makes mails from templates.
package struct Composer: Sendable {
    private let sender: Sender
    private let templates: MailTemplates
    private let brand: String
    private let linkBase: LinkBase

    package init(sender: Sender, templates: MailTemplates, brand: String, linkBase: LinkBase) {
        self.sender = sender
        self.templates = templates
        self.brand = brand
        self.linkBase = linkBase
    }

    /// - Throws: ``Unfit`` when there can be no mail: the address has no form for the wire, or there is no template for
    ///   the purpose.
    func compose(_ minted: MintedRequest, epoch: Int) throws(Unfit) -> ComposedMail {
        let request = minted.request
        let recipient: Mailbox
        do { recipient = try Mailbox(request.email) } catch { throw .address }
        let words = MailWords(
            name: DisplayName(request.fullName).text,
            brand: brand,
            link: minted.link?.url,
            lifetime: request.expiresAt.map { Self.lifetime(seconds: $0 - request.madeAt) },
            forgotURL: "\(linkBase.text)/forgot")
        guard let text = templates.render(words, purpose: request.purpose, kind: request.kind, locale: request.locale)
        else { throw .purpose }
        let message = Message(
            from: (sender.name, sender.mailbox.wire),
            to: (DisplayName(request.fullName).text, recipient.wire),
            subject: text.subject,
            date: request.madeAt,
            messageID: request.messageID,
            text: text.plain,
            html: text.html)
        return ComposedMail(
            request: request, epoch: epoch,
            mail: Mail(sender: sender.mailbox, recipient: recipient, content: message.bytes))
    }

    enum Unfit: Error {
        case address
        case purpose
    }

    /// The time that a link lives, in whole units of the largest kind that fits.
    private static func lifetime(seconds: Int64) -> String {
        func count(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        guard seconds >= 60 else { return count(max(1, seconds - 1), "second") }
        // To the nearest minute: both ends were rounded to whole seconds.
        let minutes = (seconds + 30) / 60
        return minutes % 60 == 0 ? count(minutes / 60, "hour") : count(minutes, "minute")
    }
}
