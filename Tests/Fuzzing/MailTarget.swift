import PasswordReset
import Presentation

@testable import Delivery
@testable import SMTP

extension FuzzTarget {
    /// A mail to somebody whose name, login, address and locale other systems wrote: purpose, name, login, address, locale,
    /// then what the operator wrote: brand and sender.
    static let mail = FuzzTarget(
        "mail", longest: 1500,
        words: [
            "\n~\n", "reset_link\n~\n", "login_changed\n~\n", "address_removed\n~\n", "\r\nBcc: ", "=?utf-8?B?",
            "https://",
            ".example", "<a href=\"", "{{link}}", "\u{F8A2}", "\u{202E}", "\u{200D}", "\u{2024}", "@example.org", "(",
            "\\\\",
        ]
    ) { input in
        let fields = Fields(input)
        let purpose = fields[0] ?? ""
        let email = fields[3] ?? "anna@example.org"
        let name = DisplayName(fields[1] ?? "").text
        let login = fields[2] ?? ""
        let request = request(input, purpose, name: fields[1] ?? "", login: login, email: email, locale: fields[4])
        guard let composer = try composer(brand: fields[5], sender: fields[6]) else { return }
        let composed: Mail
        do throws(Composer.Unfit) { composed = try compose(request, composer) } catch {
            switch error {
            case .address: try require((try? Mailbox(email)) == nil, "an address that can be mailed to is")
            case .purpose: try require(Purpose(rawValue: purpose) == nil, "there is a mail for every purpose")
            }
            return
        }
        let recipient = try Mailbox(email)
        try require(composed.recipient == recipient, "a mail goes to the account's address")
        let mail = try strict(composed)
        let to = try AddressHeader(mail["To"])
        try require(isSame(to.address, try AddressHeader("<\(recipient.wire)>").address), "a mail is to its recipient")
        try require(isSame(to.name, name), "a name is shown as it was cleaned")
        let isTold = purpose == Purpose.loginChanged.rawValue && isSame(DisplayName(login).text, login)
        let neutral = Self.request(
            input, purpose, name: name.isEmpty ? "" : "Anna", login: isTold && !login.isEmpty ? "anna" : "",
            email: "anna@example.org", locale: fields[4])
        try compare(mail, with: try strict(compose(neutral, composer)))
        try require(try compose(request, composer).content == composed.content, "the same request is the same mail")
    }

    /// What must be in every mail, whoever wrote its templates.
    static func strict(_ mail: Mail) throws -> MailReading {
        let reading = try MailReading(mail.content)
        try require(!mail.shape.hasBareLineEnd && mail.shape.endsLine, "the session sees whole lines")
        try require(mail.needsSMTPUTF8 || !mail.shape.isEightBit, "a mail is ASCII, but for an address that is not")
        _ = try AddressHeader(reading["From"])
        _ = try AddressHeader(reading["To"])
        _ = try EncodedText.decode(reading["Subject"])
        return reading
    }

    /// A name or login is words in a mail and changes nothing else of it: neither tags nor links.
    private static func compare(_ mail: MailReading, with neutral: MailReading) throws {
        for (one, other) in zip(mail.headers, neutral.headers) where one.name != "To" {
            try require(isSame(one.value, other.value), "a name is in no header but To: \(one.name)")
        }
        try require(tags(mail.html) == tags(neutral.html), "a name makes no markup")
        for (one, other) in [(mail.text, neutral.text), (mail.html, neutral.html)] {
            try require(LinkLike.words(in: one) == LinkLike.words(in: other), "a name makes no link")
        }
    }

    private static func tags(_ html: String) -> [[UInt8]] {
        html.utf8.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false).dropFirst()
            .map { Array($0.prefix { $0 != UInt8(ascii: ">") }) }
    }

    private static let base = {
        guard let base = try? LinkBase("https://account.example.org/x") else { preconditionFailure("no base") }
        return base
    }()

    private static let keys = LinkKeys.generate()

    /// Most mails of a daemon are by one composer, whose letters are rendered once.
    private static let usual = {
        guard let composer = try? composer(brand: nil, sender: "Support <support@example.org>", templates: nil) else {
            preconditionFailure("no composer")
        }
        return composer
    }()

    private static func composer(brand: String?, sender: String?) throws -> Composer? {
        guard brand != nil || sender != nil else { return usual }
        return try? composer(brand: brand, sender: sender ?? "support@example.org", templates: nil)
    }

    static func composer(
        brand: String?, sender: String, templates: MailTemplates?, languages: Languages? = nil
    ) throws -> Composer {
        Composer(
            sender: try Sender(sender), templates: try templates ?? MailTemplates(),
            brands: Brands(common: Brand(name: brand ?? "", support: Support("+1 23"))),
            languages: try languages ?? Languages(), linkBase: base)
    }

    static func compose(_ request: ClaimedRequest, _ composer: Composer) throws(Composer.Unfit) -> Mail {
        guard let minted = MintedRequest.minting(request, keys: keys, base: base) else {
            preconditionFailure("a key signs")
        }
        return try composer.compose(minted, epoch: 0).mail
    }

    /// Its Message-ID is as little foreseen by whoever chose the name as the database's.
    static func request(
        _ input: [UInt8], _ purpose: String, name: String, login: String, email: String, locale: String?
    ) -> ClaimedRequest {
        var dice = Dice(input)
        return ClaimedRequest(
            lease: .init(id: 7, fence: 1), purpose: purpose, attempts: 0, kind: .user, loginID: login, fullName: name,
            email: email, locale: locale, messageID: "<7.\(String(dice.roll(.max), radix: 36))@example.org>",
            madeAt: 1_795_469_560, keyID: 1,
            expiresAt: purpose == Purpose.resetLink.rawValue ? 1_795_473_161 : nil)
    }
}
