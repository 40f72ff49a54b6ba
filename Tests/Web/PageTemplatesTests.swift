import NIOCore
import Presentation
import Testing

@testable import Web

@Suite struct PageTemplatesTests {
    @Test func `an operator's template takes the place of a built-in one, and the others use it`() throws {
        var settings = try WebSettings.testing()
        let mine = "<p class=\"mine\">{{brand}}</p>\n"
        let looks = try WebSettings.looks(
            TemplateFile(name: "brand.page", text: mine), TemplateFile(name: "reset_link.text", text: "a mail's"))
        settings.looks = { looks }
        settings.brands = try .testing()
        let edition = Pages(settings).edition(wishes: [])
        for answer in [edition.forgot(kind: nil), edition.reset(token: "T"), edition.refusal(.notFound, token: nil)] {
            #expect(String(buffer: answer.body).contains("<p class=\"mine\">Acme &amp; &quot;Sons&quot;</p>"))
        }
    }

    @Test func `a built-in template written back changes nothing`() throws {
        var settings = try WebSettings.testing()
        let before = Pages(settings).edition(wishes: []).reset(token: "T").body
        let looks = Looks(languages: WebSettings.spoken, templates: try PageTemplates(overrides: PageTemplates.builtIn))
        settings.looks = { looks }
        #expect(Pages(settings).edition(wishes: []).reset(token: "T").body == before)
    }

    @Test(arguments: [
        ("frame.page", "<p>\n{{#open}}\n", "the template frame.page.mustache lacks {{$content}}"),
        ("message.page", "\n{{renew}}{{#open}}", "the template message.page.mustache is broken at line 2"),
        ("reset.page", "<form>", "the template reset.page.mustache lacks {{token}}"),
        ("forgotten.page", "<form>", "the template forgotten.page.mustache overrides none; expected one of frame.page"),
    ])
    func `one that is broken, lacks its form or has a wrong name is refused`(
        name: String, text: String, complaint: String
    ) {
        #expect { _ = try PageTemplates(overrides: [TemplateFile(name: name, text: text)]) } throws: {
            "\($0)".hasPrefix(complaint)
        }
    }
}
