import ArgumentParser
import Delivery
import Foundation
import PasswordReset
import Presentation
import Web

struct TemplatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "The templates of mails and pages, and the words of every language.",
        discussion: """
            mail.templates names a folder whose files take the place of the built-in ones, one by one: a template \
            PURPOSE[.KIND][.LOCALE].(subject|text|html).mustache of a mail or NAME.page.mustache of a page, or words LOCALE.words, of which a file for a built-in \
            language has only the lines that differ.
            """,
        subcommands: [Export.self, PreviewCommand.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the built-in ones into a folder, to begin one's own with.")

        @Argument(help: "The folder; made if it is not there. No file in it is overwritten.")
        var folder: String

        func run() throws {
            let folder = URL(filePath: folder, directoryHint: .isDirectory)
            let files =
                (MailTemplates.builtIn + PageTemplates.builtIn).map { ("\($0.name).mustache", $0.text) }
                + Languages.files
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                for (name, text) in files {
                    try Data(text.utf8).write(to: folder.appending(path: name), options: .withoutOverwriting)
                }
            } catch let error as CocoaError {
                throw CommandFailure(
                    description: "cannot write \(error.filePath ?? folder.path): \(error.localizedDescription)")
            }
            print("\(files.count) files in \(folder.path)")
        }
    }

    struct PreviewCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "preview",
            abstract: "Print a mail or page as somebody would get it, under the present settings.",
            discussion: """
                For instance: resetd templates preview reset_link.html --locale de > mail.html
                The purposes are \(Purpose.allCases.map(\.rawValue).joined(separator: ", ")).
                The pages are forgot.page, reset.page, change.page, message.page and not_me.page.
                """)

        @OptionGroup var options: SettingsOptions

        @Argument(
            help: "PURPOSE.PART, the part being subject, text or html; without a part, subject and text. Or NAME.page.")
        var name: String

        @Option(help: "Language, such as de or pt-BR; that of the site when not given.")
        var locale: String?

        @Option(help: "user or contact.")
        var kind = AccountKind.user

        func run() async throws {
            let settings = try await options.settings()
            let pieces = name.split(separator: ".", maxSplits: 1).map(String.init)
            let texts =
                pieces.last == "page"
                ? [try settings.pagePreview().render(pieces[0], kind: kind, locale: locale)]
                : try mail(pieces, settings)
            for (index, text) in texts.enumerated() {
                guard let text else {
                    throw CommandFailure(
                        description: "there is no template \(name); expected a purpose such as reset_link or "
                            + "password_changed, and .subject, .text or .html behind it, or a page such as reset.page")
                }
                print(index == 0 ? "" : "\n", text.hasSuffix("\n") ? String(text.dropLast()) : text, separator: "")
            }
        }

        private func mail(_ pieces: [String], _ settings: Settings) throws -> [String?] {
            let preview = try settings.preview()
            let lifetime = try settings.linkLifetime()
            let parts = pieces.count == 2 ? [Preview.Part(rawValue: pieces[1])] : [.subject, .text]
            return parts.map { part in
                part.flatMap {
                    preview.render(
                        pieces[0], $0, kind: kind, locale: locale, lifetime: lifetime,
                        now: Int64(Date().timeIntervalSince1970))
                }
            }
        }
    }
}
