internal import Mustache
package import Presentation

/// The mustache templates of the pages that people see, `NAME.page.mustache`. The console's are none of them.
///
/// Built in; a folder overrides them file by file. All are parsed at start, so that a broken one is an error then.
package struct PageTemplates: Sendable {
    let library: MustacheLibrary

    private static let suffix = ".page"

    /// Those that come with the program.
    package static let builtIn = [
        TemplateFile(name: "frame.page", bytes: PackageResources.frame_mustache),
        TemplateFile(name: "brand.page", bytes: PackageResources.brand_mustache),
        TemplateFile(name: "rules.page", bytes: PackageResources.rules_mustache),
        TemplateFile(name: "forgot.page", bytes: PackageResources.forgot_mustache),
        TemplateFile(name: "reset.page", bytes: PackageResources.reset_mustache),
        TemplateFile(name: "message.page", bytes: PackageResources.message_mustache),
        TemplateFile(name: "change.page", bytes: PackageResources.change_mustache),
        TemplateFile(name: "not_me.page", bytes: PackageResources.not_me_mustache),
    ]

    /// What a page must say, or its form leads nowhere.
    private static let needs = [
        "frame.page": ["{{$content}}"], "forgot.page": ["name=\"email\""],
        "reset.page": ["{{token}}", "name=\"password\"", "name=\"confirmation\""], "message.page": ["{{renew}}"],
        "change.page": ["name=\"login\"", "name=\"current\"", "name=\"{{secret}}\"", "name=\"confirmation\""],
        "not_me.page": ["{{token}}"],
    ]

    /// - Parameter overrides: the operator's; those of mails are none of ours, and one that is no page is a mistake in its name.
    package init(overrides: [TemplateFile] = []) throws(TemplateError) {
        var (templates, texts): ([String: MustacheTemplate], [String: String]) = ([:], [:])
        for file in Self.builtIn + overrides where file.name.hasSuffix(Self.suffix) {
            guard Self.builtIn.contains(where: { $0.name == file.name }) else {
                throw .unknown(name: file.name, expected: Self.builtIn.map { "\($0.name).mustache" })
            }
            if let lacking = Self.needs[file.name]?.first(where: { !file.text.contains($0) }) {
                throw .incomplete(name: file.name, lacks: lacking)
            }
            let name = String(file.name.dropLast(Self.suffix.count))
            templates[name] = try file.parsed(as: HTMLText.name)
            texts[name] = file.text
        }
        try TemplateFile.requireEnd(of: texts)
        library = MustacheLibrary(templates: templates)
    }
}

/// What pages are made of and SIGHUP may change, all of it at once.
package final class Looks: Sendable {
    package let languages: Languages
    let templates: PageTemplates

    package init(languages: Languages, templates: PageTemplates) {
        self.languages = languages
        self.templates = templates
    }
}
