import Foundation
import Mustache
import PasswordReset
import Presentation

/// The mustache templates of mails: `PURPOSE[.KIND][.LOCALE].(subject|text|html).mustache`, the most special one first.
///
/// Built in; a folder overrides them file by file. All are read and parsed at start, so that a broken one is an error
/// then and not in the middle of the night.
package struct MailTemplates: Sendable {
    private let names: Set<String>
    private let library: MustacheLibrary

    private static let builtIn: [(name: String, bytes: [UInt8])] = [
        ("reset_link.subject", PackageResources.reset_link_subject_mustache),
        ("reset_link.text", PackageResources.reset_link_text_mustache),
        ("reset_link.html", PackageResources.reset_link_html_mustache),
        ("notice.subject", PackageResources.notice_subject_mustache),
        ("notice.text", PackageResources.notice_text_mustache),
        ("notice.html", PackageResources.notice_html_mustache),
        ("frame.html", PackageResources.frame_html_mustache),
    ]

    /// Those that come with the program, by the names of files that would override them.
    package static var files: [(name: String, text: String)] {
        builtIn.map { ("\($0.name).mustache", String(decoding: $0.bytes, as: UTF8.self)) }
    }

    /// - Parameter folder: overrides, or nil for the built-in ones alone.
    package init(folder: String?) throws(MailTemplatesError) {
        var templates: [String: MustacheTemplate] = [:]
        for (name, bytes) in Self.builtIn {
            templates[name] = try Self.parse(String(decoding: bytes, as: UTF8.self), name: name)
        }
        for (name, text) in try Self.files(in: folder) {
            templates[name] = try Self.parse(text, name: name)
        }
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

    private static func parse(_ text: String, name: String) throws(MailTemplatesError) -> MustacheTemplate {
        do {
            // Text is not escaped for HTML, whether its author thought of saying so or not.
            let head = name.hasSuffix(".html") ? "" : "{{% CONTENT_TYPE:TEXT}}"
            return try MustacheTemplate(string: head + text)
        } catch let error as MustacheTemplate.ParserError {
            throw .broken(name: name, line: error.context.lineNumber, reason: "\(error.error)")
        } catch {
            throw .broken(name: name, line: 0, reason: "\(error)")
        }
    }

    private static func files(in folder: String?) throws(MailTemplatesError) -> [(name: String, text: String)] {
        guard let folder else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                .filter { $0.hasSuffix(".mustache") }
                .map { file in
                    let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
                    return (String(file.dropLast(".mustache".count)), text)
                }
        } catch {
            throw .unreadable(folder: folder)
        }
    }
}

struct MailText {
    let subject: String
    let plain: String
    let html: String
}

/// Why the templates of mails cannot be used.
package enum MailTemplatesError: Error, CustomStringConvertible {
    case unreadable(folder: String)
    case broken(name: String, line: Int, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let folder):
            "cannot read the templates in \(folder); expected a folder of readable UTF-8 files"
        case .broken(let name, let line, let reason):
            "the template \(name).mustache is broken at line \(line): \(reason)"
        }
    }
}
