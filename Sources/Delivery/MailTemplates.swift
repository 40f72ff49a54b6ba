import Mustache
import PasswordReset
package import Presentation

/// The mustache templates of mails: `PURPOSE[.KIND][.LOCALE].(subject|text|html).mustache`, the most special one first.
///
/// Built in; a folder overrides them file by file. All are read and parsed at start, so that a broken one is an error
/// then and not in the middle of the night.
package struct MailTemplates: Sendable {
    private let names: Set<String>
    private let library: MustacheLibrary

    /// Those that come with the program.
    package static let builtIn = [
        TemplateFile(name: "reset_link.subject", bytes: PackageResources.reset_link_subject_mustache),
        TemplateFile(name: "reset_link.text", bytes: PackageResources.reset_link_text_mustache),
        TemplateFile(name: "reset_link.html", bytes: PackageResources.reset_link_html_mustache),
        TemplateFile(name: "notice.subject", bytes: PackageResources.notice_subject_mustache),
        TemplateFile(name: "notice.text", bytes: PackageResources.notice_text_mustache),
        TemplateFile(name: "notice.html", bytes: PackageResources.notice_html_mustache),
        TemplateFile(name: "frame.html", bytes: PackageResources.frame_html_mustache),
    ]

    /// - Parameter overrides: the operator's; those of pages are none of ours.
    package init(overrides: [TemplateFile] = []) throws(TemplateError) {
        var files: [String: TemplateFile] = [:]
        for file in Self.builtIn + overrides where !file.name.hasSuffix(".page") { files[file.name] = file }
        var templates: [String: MustacheTemplate] = [:]
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            templates[name] = try file.parsed(as: name.hasSuffix(".html") ? nil : "TEXT")
        }
        try TemplateFile.requireEnd(of: files.mapValues(\.text))
        names = Set(templates.keys)
        library = MustacheLibrary(templates: templates)
    }

    /// The three texts of a mail, or nil when there are no templates for its purpose.
    func render(_ mail: MailWords) -> MailText? {
        let purpose = mail.kind.purpose
        // The templates that notices share are no purpose's own.
        guard purpose != "notice" else { return nil }
        let values = mail.values
        // The account's own language before the one that there are words in: a template may well speak another.
        let locales = [mail.kind.locale, mail.words.language].compactMap(\.self)
        func part(_ part: String) -> String? {
            // Notices differ in a few words alone: those without a template of their own share one.
            ([purpose] + (mail.notice == nil ? [] : ["notice"]))
                .flatMap { Self.names(purpose: $0, kind: mail.kind.account, locales: locales, part: part) }
                .first(where: names.contains)
                .flatMap { library.render(values, withTemplate: $0) }
        }
        guard let subject = part("subject"), let plain = part("text"), let html = part("html") else { return nil }
        return MailText(subject: subject, plain: plain, html: html)
    }

    /// From the most special to the plain one: `de-AT` falls back to `de`.
    private static func names(purpose: String, kind: AccountKind, locales: [String], part: String) -> [String] {
        var names: [String] = []
        for var tag in locales {
            while !tag.isEmpty {
                names.append("\(purpose).\(kind.rawValue).\(tag).\(part)")
                names.append("\(purpose).\(tag).\(part)")
                tag = tag.lastIndex { $0 == "-" || $0 == "_" }.map { String(tag[..<$0]) } ?? ""
            }
        }
        return names + ["\(purpose).\(kind.rawValue).\(part)", "\(purpose).\(part)"]
    }
}

struct MailText {
    let subject: String
    let plain: String
    let html: String
}
