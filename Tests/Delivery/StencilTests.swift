import Testing

@testable import Delivery

@Suite struct StencilTests {
    private func fill(_ stencil: Stencil, name: String = "Anna", link: String = "https://a.example.org/x") -> String {
        var bytes: [UInt8] = []
        stencil.fill(Stencil.Fillings(name: name, link: link), into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `words go into their gaps, and lines end with CR LF`() {
        let stencil = Stencil(
            "Hello \(Stencil.Gap.name.mark),\n\n\(Stencil.Gap.link.mark)\r\nBye \(Stencil.Gap.name.mark)\n")
        #expect(fill(stencil) == "Hello Anna,\r\n\r\nhttps://a.example.org/x\r\nBye Anna\r\n")
    }

    @Test func `in HTML a word is text, whatever it holds`() {
        let stencil = Stencil("<p>\(Stencil.Gap.name.mark)</p>", isHTML: true)
        #expect(fill(stencil, name: "<b>\"A\" & 'B'") == "<p>&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;</p>")
    }

    @Test func `a word with what stands for a gap makes no other gap`() {
        let stencil = Stencil("\(Stencil.Gap.name.mark)|\(Stencil.Gap.link.mark)")
        #expect(fill(stencil, name: Stencil.Gap.link.mark, link: "L") == "\(Stencil.Gap.link.mark)|L")
    }

    @Test func `a gap with a combining mark behind it is a gap`() {
        #expect(fill(Stencil("\(Stencil.Gap.name.mark)\u{301}!")) == "Anna\u{301}!")
    }

    @Test(arguments: [("Anna", true), ("Ève", false)])
    func `whether it is plain hangs on its own text, its words and its longest line`(name: String, isPlain: Bool) {
        let fillings = Stencil.Fillings(name: name, link: "https://a.example.org/x")
        #expect(Stencil("Hello \(Stencil.Gap.name.mark)").isPlain(with: fillings, limit: 900) == isPlain)
        #expect(Stencil("Hello").isPlain(with: fillings, limit: 900))
        #expect(!Stencil("Grüße").isPlain(with: fillings, limit: 900))
        let long = String(repeating: "x", count: 880)
        #expect(Stencil("\(long)\n\(Stencil.Gap.link.mark)").isPlain(with: fillings, limit: 900))
        #expect(!Stencil("\(long)\(Stencil.Gap.link.mark)").isPlain(with: fillings, limit: 900))
        #expect(!Stencil(String(repeating: Stencil.Gap.link.mark, count: 50)).isPlain(with: fillings, limit: 900))
    }
}
