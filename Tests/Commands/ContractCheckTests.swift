import Foundation
import Postgres
import TestSupport
import Testing

/// What `resetd check` says of the contract, over our tables and over others'.
@Suite(.database, .timeLimit(.minutes(5)))
struct ContractCheckTests {
    private static func mapping() throws -> String {
        try String(
            contentsOf: URL(filePath: #filePath).appending(path: "../../../Config/mapping.example.sql").standardized,
            encoding: .utf8)
    }

    /// The line of `resetd check` that begins with this word.
    private func line(_ word: String) async throws -> Substring {
        let result = try await BuiltProgram.run(
            "check", environment: ["RESETD_DATABASE_URL": TestDatabase.current.daemon.url])
        return try #require(result.output.split(separator: "\n").first { $0.dropFirst(6).hasPrefix("\(word):") })
    }

    @Test func `the bundled directory is whole`() async throws {
        #expect(try await line("contract") == "ok    contract: whole, over the bundled directory")
    }

    @Test func `the example of a mapping is whole`() async throws {
        try await TestDatabase.current.executeScriptAsOwner(try Self.mapping())
        #expect(try await line("contract") == "ok    contract: whole, over tables of the site's own")
    }

    @Test func `what a mapping left out is named, object by object`() async throws {
        let parts = try Self.mapping().split(separator: "-- Stores the hash of a new PIN")
        try await TestDatabase.current.executeScriptAsOwner(String(parts[0]))
        let line = try await line("contract")
        #expect(line.hasPrefix("FAIL"))
        for name in ["set_pin", "set_login", "set_locked", "settle_attempt"] {
            #expect(line.contains("resetd.\(name) is still over the bundled directory"))
        }
        #expect(!line.contains("resetd.set_password"))
    }

    @Test func `a function that is gone, and a column of another type, are named`() async throws {
        try await TestDatabase.current.executeScript(
            """
            DROP FUNCTION resetd.set_pin;
            DROP VIEW resetd.client;
            CREATE VIEW resetd.client AS SELECT 1 AS client_id, ''::text AS account_number, ''::text AS name;
            """)
        let line = try await line("contract")
        #expect(line.contains("there is no function resetd.set_pin"))
        #expect(line.contains("resetd.client has client_id as integer, expected text"))
        #expect(line.contains("resetd.client has no column search (tsvector)"))
    }

    @Test func `shared addresses are counted, and are no failure`() async throws {
        try await TestDatabase.current.executeScript(
            "INSERT INTO directory.contacts (login_id, email) VALUES ('a', 'o@example.com'), ('b', 'O@example.com')")
        #expect(try await line("duplicates").hasPrefix("ok    duplicates: 1 shared by 2 accounts"))
    }
}
