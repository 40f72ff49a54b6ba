import Foundation
import TestSupport
import Testing

/// What an operator does to words and templates.
@Suite(.timeLimit(.minutes(5)))
struct TemplatesCommandTests {
    @Test func `export writes every template and catalogue, and overwrites nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "templates").path
        #expect(try await BuiltProgram.run("templates", "export", path).code == 0)
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: path))
        #expect(
            names.isSuperset(of: [
                "frame.html.mustache", "notice.html.mustache", "notice.subject.mustache", "notice.text.mustache",
                "reset_link.html.mustache", "reset_link.subject.mustache", "reset_link.text.mustache", "de.words",
                "zh-Hant.words", "frame.page.mustache", "reset.page.mustache",
            ]))
        let mine = folder.url.appending(path: "templates/de.words")
        try Data("show = Zeig\n".utf8).write(to: mine)
        let again = try await BuiltProgram.run("templates", "export", path)
        #expect(again.code == 1 && again.errors.hasPrefix("resetd: cannot write"))
        #expect(again.errors.split(separator: "\n").count == 1)
        #expect(try String(contentsOf: mine, encoding: .utf8) == "show = Zeig\n")
        // What was exported is what would be built in.
        let environment = ["RESETD_MAIL_TEMPLATES": path]
        let built = try await BuiltProgram.run("templates", "preview", "reset_link.html")
        #expect(
            try await BuiltProgram.run("templates", "preview", "reset_link.html", environment: environment).output
                == built.output)
    }

    @Test func `preview shows a mail in a language, by the settings there are`() async throws {
        let environment = ["RESETD_BRAND_CONTACT_NAME": "Portal & Co", "RESETD_LINK_BASE": "https://a.example.org/x"]
        let mail = try await BuiltProgram.run(
            "templates", "preview", "reset_link", "--locale", "de-AT", "--kind", "contact", environment: environment)
        #expect(mail.code == 0 && mail.output.contains("Mary Baker") && mail.output.contains("– Portal & Co"))
        #expect(mail.output.contains("\nhttps://a.example.org/x/reset/xxxx"))
        let html = try await BuiltProgram.run("templates", "preview", "pin_changed.html", "--locale", "fa")
        #expect(html.output.contains(#"<html lang="fa" dir="rtl">"#))
        for unknown in ["nobody", "reset_link.pdf", "notice", "frame.html", "../x", "frame.page", "reset_link.page"] {
            let result = try await BuiltProgram.run("templates", "preview", unknown)
            #expect(result.code == 1 && result.errors.hasPrefix("resetd: there is no template \(unknown)"))
        }
    }

    @Test(arguments: ["forgot", "reset", "change", "message", "not_me"])
    func `preview shows a page with its style in it`(page: String) async throws {
        let environment = [
            "RESETD_BRAND_NAME": "Portal & Co", "RESETD_BRAND_COLOUR": "#5a0a7f", "RESETD_BRAND_LOGO": "<svg/>",
        ]
        let html = try await BuiltProgram.run(
            "templates", "preview", "\(page).page", "--locale", "ar", environment: environment)
        #expect(html.code == 0 && html.output.contains(#"<html lang="ar" dir="rtl">"#))
        #expect(html.output.contains("Portal &amp; Co") && html.output.contains("--accent: #5a0a7f"))
        #expect(!html.output.contains("rel=\"stylesheet\"") && !html.output.contains("{{"))
        #expect(html.output.contains("data:image/svg+xml;base64,PHN2Zy8+") && !html.output.contains("/assets/logo"))
    }

    @Test(arguments: [
        ("de.words", "show = {x}", "de.words, line 1: show: there is nothing to put in for {x}"),
        ("notice.text.mustache", "\n{{#open}}", "the template notice.text.mustache is broken at line 2"),
    ])
    func `a broken file is refused with its name and line`(name: String, text: String, complaint: String) async throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(name, text)
        let result = try await BuiltProgram.run(
            "templates", "preview", "reset_link", environment: ["RESETD_MAIL_TEMPLATES": folder.url.path])
        #expect(result.code == 78)
        #expect(result.errors.contains("mail.templates (RESETD_MAIL_TEMPLATES): \(complaint)"))
    }
}
