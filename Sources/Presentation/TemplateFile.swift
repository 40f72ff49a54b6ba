import Foundation
package import Mustache

/// One `NAME.mustache`, of the program or of the operator's folder.
package struct TemplateFile: Sendable {
    /// Without `.mustache`.
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// - Parameter bytes: as they are embedded in the program.
    package init(name: String, bytes: [UInt8]) {
        self.init(name: name, text: String(decoding: bytes, as: UTF8.self))
    }

    /// Those of a folder, in the order of their names; none where no folder is named.
    package static func all(in folder: String?) throws(TemplateError) -> [TemplateFile] {
        guard let folder else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                .filter { $0.hasSuffix(".mustache") }
                .map { file in
                    TemplateFile(
                        name: String(file.dropLast(".mustache".count)),
                        text: try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
                }
        } catch {
            throw .unreadable(folder: folder)
        }
    }

    /// - Parameter texts: of all, by the names by which they include each other.
    /// - Throws: ``TemplateError/endless(name:)`` when one includes itself.
    package static func requireEnd(of texts: [String: String]) throws(TemplateError) {
        if let name = TemplateLoop(texts).name { throw .endless(name: name) }
    }

    /// - Parameter contentType: how what is put in is escaped, whether the file's author thought of saying so or not.
    package func parsed(as contentType: String?) throws(TemplateError) -> MustacheTemplate {
        do {
            // On the first line, so that an error names the line that the author counts.
            return try MustacheTemplate(string: (contentType.map { "{{% CONTENT_TYPE:\($0)}}" } ?? "") + text)
        } catch let error as MustacheTemplate.ParserError {
            throw .broken(name: name, line: error.context.lineNumber, reason: "\(error.error)")
        } catch {
            throw .broken(name: name, line: 0, reason: "\(error)")
        }
    }
}

/// Why the operator's templates cannot be used.
package enum TemplateError: Error, CustomStringConvertible {
    case unreadable(folder: String)
    case broken(name: String, line: Int, reason: String)
    case endless(name: String)
    case unknown(name: String, expected: [String])
    case incomplete(name: String, lacks: String)

    package var description: String {
        switch self {
        case .unreadable(let folder):
            "cannot read the templates in \(folder); expected a folder of readable UTF-8 files"
        case .broken(let name, let line, let reason):
            "the template \(name).mustache is broken at line \(line): \(reason)"
        case .endless(let name): "the templates have no end: \(name) includes itself, at once or by way of others"
        case .unknown(let name, let expected):
            "the template \(name).mustache overrides none; expected one of \(expected.joined(separator: ", "))"
        case .incomplete(let name, let lacks):
            "the template \(name).mustache lacks \(lacks), without which its page leads nowhere"
        }
    }
}
