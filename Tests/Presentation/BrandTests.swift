import PasswordReset
import Testing

@testable import Presentation

@Suite struct BrandTests {
    @Test(arguments: ["#1d5fb4", "#15b", "#FFFFFF"])
    func `a colour is read`(text: String) {
        #expect(Colour(text) != nil)
    }

    @Test(arguments: ["", "red", "1d5fb4", "#1d5fb", "#1d5fb4ff", "#ggg", "#１２３", "# 1d5fb"])
    func `what is no colour is none`(text: String) {
        #expect(Colour(text) == nil)
    }

    @Test func `contrast is what WCAG says it is`() throws {
        #expect(abs(Colour.white.contrast(with: .black) - 21) < 0.001)
        let grey = try #require(Colour("#767676"))
        #expect(abs(grey.contrast(with: .white) - 4.54) < 0.01)
    }

    @Test(arguments: ["#ffff00", "#1d5fb4", "#000000", "#ffffff", "#777", "#ff0000", "#00ff00"])
    func `whatever a brand's colour is, it can be read`(text: String) throws {
        let colour = try #require(Colour(text))
        for ground in ["#ffffff", "#f4f5f7", "#1b2129", "#12161c"] {
            let ground = try #require(Colour(ground))
            let readable = colour.readable(on: ground)
            #expect(readable.contrast(with: ground) >= 4.5)
            #expect(readable.ink.contrast(with: readable) >= 4.5)
        }
        #expect(try #require(Colour("#1d5fb4")).readable(on: .white).hex == "#1d5fb4")
    }

    @Test(arguments: [
        ("help@example.org", "mailto:help@example.org"), ("https://help.example.org/a", "https://help.example.org/a"),
        ("+64 9 123 4567", "tel:+6491234567"), ("Ring the desk", nil), ("javascript:alert(1)", nil), ("09 123", nil),
        ("https://a b", nil),
    ])
    func `help is linked where it is an address, a number or a page`(text: String, url: String?) {
        #expect(Support(text) == Support(text) && Support(text).url == url)
    }

    @Test func `a logo is a small picture`() throws {
        #expect(try Logo(" <svg xmlns=\"http://www.w3.org/2000/svg\"/>").type == "image/svg+xml")
        #expect(try Logo("data:image/png;base64,iVBORw0KGgo=").bytes.count == 8)
        for text in [
            "", "logo.png", "data:text/html;base64,AAAA", "data:image/png,AAAA", "data:image/png;base64,*", "<html>",
        ] {
            #expect(throws: LogoError.self) { try Logo(text) }
        }
        #expect(throws: LogoError.self) { try Logo("<svg>" + String(repeating: "x", count: 13_000)) }
    }

    @Test func `a kind without a brand of its own has everybody's`() {
        let brands = Brands(common: Brand(name: "All"), contact: Brand(name: "Portal"))
        #expect(brands[.user].name == "All" && brands[.contact].name == "Portal" && brands[nil].name == "All")
        #expect(brands.names == ["All", "Portal"])
    }
}
