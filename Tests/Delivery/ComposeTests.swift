import Foundation
import PasswordReset
import Presentation
import SMTP
import Testing

@testable import Delivery

@Suite
struct ComposeTests {
    private let keys = LinkKeys.generate()

    private func request(
        name: String = "Anna", login: String = "anna", email: String = "anna@example.org",
        purpose: String = "reset_link", locale: String? = nil
    ) -> ClaimedRequest {
        ClaimedRequest(
            lease: .init(id: 7, fence: 1), purpose: purpose, attempts: 0, kind: .user, loginID: login,
            fullName: name, email: email, locale: locale, messageID: "<7.x@example.org>", madeAt: 1_795_469_560,
            keyID: 1, expiresAt: 1_795_473_161)
    }

    private func composer(folder: String? = nil, brands: Brands = Brands()) throws -> Composer {
        Composer(
            sender: try Sender("Support <support@example.org>"), templates: try MailTemplates(folder: folder),
            brands: brands, languages: try Languages(folder: folder),
            linkBase: try LinkBase("https://a.example.org/x/"))
    }

    private func text(of request: ClaimedRequest, by composer: Composer) throws -> String {
        let base = try LinkBase("https://a.example.org/x/")
        let minted = try #require(MintedRequest.minting(request, keys: keys, base: base))
        return String(decoding: try composer.compose(minted, epoch: 0).mail.content, as: UTF8.self)
    }

    @Test func `the link stands whole on a line of its own in both parts`() throws {
        let text = try text(of: request(), by: composer())
        let links = text.split(separator: "\r\n").filter { $0.hasPrefix("https://a.example.org/x/reset/") }
        #expect(links.count == 2)
        #expect(Set(links).count == 1)
        #expect(links.first?.count == "https://a.example.org/x/reset/".count + Token.characterCount)
    }

    @Test func `a name with markup and template tags is shown and not obeyed`() throws {
        let text = try text(of: request(name: "<b>{{link}}</b> {{{link}}}"), by: composer())
        let html = try #require(text.firstRange(of: "Content-Type: text/html").map { text[$0.lowerBound...] })
        #expect(html.contains("Hello &lt;b&gt;{{link}}&lt;/b&gt; {{{link}}},"))
        #expect(!html.contains("<b>"))
    }

    @Test func `a notice has no link to reset and nothing secret`() throws {
        let text = try text(
            of: request(purpose: "password_changed"),
            by: composer(brands: Brands(common: Brand(name: "Example & Sons"))))
        #expect(!text.contains("/reset/"))
        #expect(text.contains("https://a.example.org/x/forgot"))
        #expect(text.contains("Example &amp; Sons"))
    }

    @Test func `an address without a form for the wire and an unknown purpose cannot be composed`() throws {
        let base = try LinkBase("https://a.example.org")
        for (unfit, expected) in [
            (request(email: "anna@ex\u{FF1C}.example"), Composer.Unfit.address), (request(purpose: "../x"), .purpose),
        ] {
            let minted = try #require(MintedRequest.minting(unfit, keys: keys, base: base))
            #expect(throws: expected) { _ = try composer().compose(minted, epoch: 0) }
        }
    }

    @Test func `a request whose key left the ring is not minted`() throws {
        let others = try keys.rotated().pruned(of: 1)
        #expect(MintedRequest.minting(request(), keys: others, base: try LinkBase("https://a.example.org")) == nil)
    }

    @Test func `a folder overrides templates file by file, by kind and by locale`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "resetd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "Kia ora {{name}}\n{{link}}\n".write(
            to: folder.appending(path: "reset_link.user.mi.text.mustache"), atomically: true, encoding: .utf8)
        let composer = try composer(folder: folder.path)
        #expect(try text(of: request(name: "O'Neil", locale: "mi-NZ"), by: composer).contains("Kia ora O'Neil\r\n"))
        #expect(try text(of: request(locale: "en-NZ"), by: composer).contains("Hello Anna,"))
        #expect(try text(of: request(locale: "../../etc"), by: composer).contains("Hello Anna,"))
    }

    @Test func `a broken template is refused with its name and line`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "resetd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "one\n{{#open}}\n".write(
            to: folder.appending(path: "reset_link.html.mustache"), atomically: true, encoding: .utf8)
        #expect { _ = try MailTemplates(folder: folder.path) } throws: { error in
            "\(error)".contains("reset_link.html.mustache is broken at line")
        }
    }

    @Test func `the templates that notices share are no purpose of their own`() throws {
        let text = try text(of: request(purpose: "password_changed"), by: composer())
        #expect(text.contains("Subject: Your password was changed"))
        #expect(throws: Composer.Unfit.self) { try self.text(of: request(purpose: "notice"), by: composer()) }
    }
}
