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
            sender: try Sender("Support <support@example.org>"),
            templates: try MailTemplates(overrides: TemplateFile.all(in: folder)),
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
        #expect { _ = try MailTemplates(overrides: TemplateFile.all(in: folder.path)) } throws: { error in
            "\(error)".contains("reset_link.html.mustache is broken at line")
        }
    }

    @Test(arguments: [
        ["reset_link.text": "{{> reset_link.text}}"],
        ["reset_link.text": "{{> a}}", "a": "x {{#name}}{{> reset_link.text}}{{/name}}"],
        ["reset_link.html": "{{<frame.html}}{{$content}}{{$content}}{{/content}}{{/content}}{{/frame.html}}"],
        ["reset_link.text": "{{=<% %>=}}<%> reset_link.text%>"],
        ["reset_link.text": "{{>*words.greeting}}{{> a}}", "a": ""],
    ])
    func `templates without an end are refused`(files: [String: String]) {
        #expect {
            _ = try MailTemplates(overrides: files.map(TemplateFile.init(name:text:)))
        } throws: { error in
            if case TemplateError.endless? = error as? TemplateError { true } else { false }
        }
    }

    @Test func `a template may include others, twice and in blocks`() throws {
        _ = try MailTemplates(overrides: [
            TemplateFile(name: "foot", text: "{{! {{> reset_link.text}} }}-- {{words.help}}"),
            TemplateFile(name: "reset_link.text", text: "{{> foot}}\n{{> foot}}"),
            TemplateFile(
                name: "reset_link.html", text: "{{<frame.html}}{{$content}}<p>{{> foot}}</p>{{/content}}{{/frame.html}}"
            ),
        ])
    }

    @Test func `the templates that notices share are no purpose of their own`() throws {
        let text = try text(of: request(purpose: "password_changed"), by: composer())
        #expect(text.contains("Subject: Your password was changed"))
        #expect(throws: Composer.Unfit.self) { try self.text(of: request(purpose: "notice"), by: composer()) }
    }

    private static let languages = Languages.files.map { String($0.name.dropLast(".words".count)) }

    @Test(arguments: languages)
    func `every mail says everything in the account's language, and its link stands alone`(language: String) throws {
        let preview = Preview(
            templates: try MailTemplates(),
            brands: Brands(common: Brand(name: "Acme", support: Support("+1 23"))),
            languages: try Languages(), linkBase: try LinkBase("https://a.example.org"))
        func part(_ purpose: Purpose, _ part: Preview.Part, locale: String) throws -> String {
            try #require(
                preview.render(
                    purpose.rawValue, part, kind: .user, locale: locale, lifetime: .seconds(3600), now: 1_795_683_900))
        }
        for purpose in Purpose.allCases {
            let subject = try part(purpose, .subject, locale: language)
            let text = try part(purpose, .text, locale: language)
            let html = try part(purpose, .html, locale: language)
            for text in [subject, text, html] {
                // What the styles have in braces is no hole; what templates and words have would be letters in them.
                #expect(text.firstMatch(of: /\{[A-Za-z]+\}/) == nil && !text.contains("{{"), "\(text)")
                #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .privateUse })
            }
            #expect(text.contains("Mary Baker") && html.contains("Mary Baker") && subject.hasSuffix("– Acme\n"))
            #expect(
                html.contains(
                    #"<html lang="\#(language)" dir="\#(["ar", "fa", "he"].contains(language) ? "rtl" : "ltr")">"#))
            #expect(html.contains(">\(subject.dropLast(" – Acme\n".count))</title>"), "\(language) \(subject)")
            #expect(text.split(separator: "\n").contains { $0.hasPrefix("https://a.example.org/") })
            #expect(html.contains(#"href="tel:+123""#) && text.contains("+1 23"))
            if language != "en" {
                let english = try part(purpose, .text, locale: "en").split(separator: "\n")
                let shared = text.split(separator: "\n").filter { english.contains($0) && !$0.hasPrefix("https://") }
                #expect(shared == [], "\(language)")
            }
        }
    }

    @Test func `long lines of the text part are broken at spaces, and a link never`() throws {
        let link = "https://a.example.org/reset/" + String(repeating: "x", count: 68)
        let text = PlainText.wrap("\(String(repeating: "word ", count: 30))\n\(link)\n\nEnd")
        #expect(text.split(separator: "\n").filter { $0.count > 74 } == [Substring(link)])
        #expect(text.hasSuffix("\n\(link)\n\nEnd"))
    }

    @Test func `lines of a file from Windows are lines`() {
        #expect(
            PlainText.wrap("\(String(repeating: "x", count: 60))\r\ny y\r\n")
                == "\(String(repeating: "x", count: 60))\ny y\n")
    }

    @Test func `a brand is in the mails of its kind: colour, logo and help`() throws {
        let logo = try Logo("data:image/png;base64,iVBORw0KGgo=")
        let brand = Brand(name: "Acme", colour: Colour("#ffff00"), logo: logo, support: Support("help@example.org"))
        let mail = try text(of: request(), by: composer(brands: Brands(common: Brand(), user: brand)))
        #expect(mail.contains(#"src="data:image/png;base64,iVBORw0KGgo=""#))
        #expect(mail.contains(#"href="mailto:help@example.org""#))
        // Yellow could not be read on white.
        #expect(!mail.contains("#ffff00") && !mail.contains("#1a56b8;\" color: #ffffff"))
        let other = try text(of: request(), by: composer(brands: Brands(common: Brand(), contact: brand)))
        #expect(!other.contains("Acme") && !other.contains("data:image"))
    }
}
