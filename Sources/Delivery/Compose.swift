package import PasswordReset
package import Presentation
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
    private let from: String
    private let letters: Letters

    package init(sender: Sender, templates: MailTemplates, brands: Brands, languages: Languages, linkBase: LinkBase) {
        self.sender = sender
        from = HeaderText.mailbox(sender.name, sender.mailbox.wire)
        letters = Letters(templates: templates, brands: brands, languages: languages, linkBase: linkBase)
    }

    /// - Throws: ``Unfit`` when there can be no mail: the address has no form for the wire, or there is no template for
    ///   the purpose.
    func compose(_ minted: MintedRequest, epoch: Int) throws(Unfit) -> ComposedMail {
        let request = minted.request
        let recipient: Mailbox
        do { recipient = try Mailbox(request.email) } catch { throw .address }
        let name = DisplayName(request.fullName).text
        let login = Self.login(request)
        let kind = Letters.Kind(
            purpose: request.purpose, account: request.kind,
            locale: request.locale.flatMap { $0.utf8.count <= Letters.longestLocale ? $0 : nil },
            hasName: !name.isEmpty,
            hasLogin: !login.isEmpty,
            lifetime: request.expiresAt.map { $0 - request.madeAt })
        guard let letter = letters[kind] else { throw .purpose }
        let fillings = Stencil.Fillings(
            name: name, login: login, link: minted.link?.url ?? "", notMeLink: minted.notMeLink.url,
            // When it was made, which is moments after the change unless every daemon was down.
            moment: minted.link == nil ? letter.language.moment(request.madeAt) : "")
        let message = Message(
            from: from,
            to: HeaderText.mailbox(name, recipient.wire),
            subject: letter.subjectHeader(fillings),
            date: HeaderText.date(request.madeAt),
            messageID: request.messageID,
            text: letter.text,
            html: letter.html,
            fillings: fillings)
        return ComposedMail(
            request: request, epoch: epoch,
            mail: Mail(sender: sender.mailbox, recipient: recipient, content: message.bytes))
    }

    /// The new login ID, to the letter or not at all: one that a mail program could make a link of is not told.
    private static func login(_ request: ClaimedRequest) -> String {
        guard request.purpose == Purpose.loginChanged.rawValue else { return "" }
        return DisplayName(request.loginID).text.utf8.elementsEqual(request.loginID.utf8) ? request.loginID : ""
    }

    enum Unfit: Error {
        case address
        case purpose
    }
}
