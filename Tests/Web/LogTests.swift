import NIOConcurrencyHelpers
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import Web

/// Keeps every record as one line.
private final class LogBook: Sendable {
    private let lines = NIOLockedValueBox<[String]>([])

    var all: [String] { lines.withLockedValue { $0 } }

    func add(_ line: String) { lines.withLockedValue { $0.append(line) } }
}

private struct LogBookHandler: LogHandler {
    let book: LogBook
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        book.add("\(event.level) \(event.message) \(metadata.merging(event.metadata ?? [:]) { $1 })")
    }
}

/// An error whose fields hold what no log may.
private struct Leaky: Error {
    let secret = "hunter2-hunter2"
}

@Suite struct LogTests {
    @Test func `a request is one line with its route, and nothing that the client sent`() async throws {
        let book = LogBook()
        let site = try Site(.testing(), flow: FlowScript(failure: Leaky()))
        let logger = Logger(label: "test") { _ in LogBookHandler(book: book) }
        try await Application(responder: site, logger: logger).test(.router) { client in
            let site = SiteClient(client: client)
            _ = try await site.post("/reset/\(FlowScript.open)", form: "password=pa55word&confirmation=pa55word")
            _ = try await site.get("/reset/done?token=\(FlowScript.open)")
            _ = try await site.get("/secret/\(FlowScript.open)")
            _ = try await site.send(try #require(HTTPRequest.Method("EVIL")), "/forgot")
        }
        let finished = book.all.filter { $0.contains("request finished") }
        #expect(finished.count == 4)
        #expect(finished[0].contains("/reset/{token}") && finished[0].contains("503"))
        #expect(finished[1].contains("/reset/done") && finished[2].contains("none") && finished[3].contains("other"))
        #expect(book.all.contains { $0.contains("error request failed") && $0.contains("Leaky") })
        for line in book.all {
            for secret in [FlowScript.open, "pa55word", "hunter2", "EVIL"] { #expect(!line.contains(secret)) }
        }
    }
}
