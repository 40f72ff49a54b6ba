import Presentation

@testable import Delivery
@testable import Presentation

extension FuzzTarget {
    /// What an operator's folder holds: subject, text and HTML of a mail, then words. Whatever is not refused at start makes
    /// mails that are as strict as ours.
    static let template = FuzzTarget(
        "template", longest: 1500,
        words: [
            "\n~\n", "{{", "}}", "{{{link}}}", "{{words.", "{{#support}}", "{{/support}}", "{{^name}}",
            "{{> frame.html}}",
            "{{<frame.html}}", "{{$content}}", "{{/content}}", "{{/frame.html}}", "{{=<% %>=}}",
            "{{% CONTENT_TYPE:HTML}}",
            "{{!", "{{>*", "{{.}}", "greeting = ", "{name}", "lifetimeHours.one = ", "{count}",
        ]
    ) { input in
        let fields = Fields(input)
        try words(fields[3] ?? fields[0] ?? "")
        let files = zip(["subject", "text", "html"], 0...2).compactMap { part, position in
            fields[position].map { TemplateFile(name: "reset_link.\(part)", text: $0) }
        }
        let templates: MailTemplates
        do throws(TemplateError) { templates = try MailTemplates(overrides: files) } catch { return }
        let languages = try? Languages(overriding: fields[3].map { [("en", $0)] } ?? [])
        let composer = try composer(brand: "A & B", sender: "a@b.example", templates: templates, languages: languages)
        let request = request(
            input, "reset_link", name: "Jürgen <b>", login: "", email: "anna@example.org", locale: "en")
        let mail = try strict(try compose(request, composer))
        try require(isSame(try AddressHeader(mail["To"]).name, "Jürgen <b>"), "no template changes whom a mail is to")
    }

    private static func words(_ text: String) throws {
        let catalogue: Catalogue
        do throws(WordsError) {
            catalogue = try Catalogue(text, file: "en.words", language: "en", isWhole: false)
        } catch {
            try require(!error.description.contains("\n"), "an error is one line")
            return
        }
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let line = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            let sign = line.isEmpty ? nil : try require(line.firstRange(of: " = "), "what is no line is refused")
            let read = sign.map { catalogue.lines[String(line[..<$0.lowerBound])] == String(line[$0.upperBound...]) }
            try require(read ?? true, "no line is passed over")
        }
        for (name, line) in catalogue.lines {
            try require(text.contains("\(name) = \(line)"), "a line is as it is written")
            try require(
                line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "a text has no controls")
        }
        let words = Words("en", lines: catalogue.lines)
        for number in [0, 1, 2, 5, 11, 1_000_000] {
            try require(!words(.lifetimeHours, number).contains("{count}"), "a number is put in")
        }
        if catalogue.lines["months"] != nil { _ = words.moment(1_795_469_560) }
    }
}
