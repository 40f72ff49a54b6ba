import Foundation
package import Postgres
import Schema
package import Testing

/// A database of a test's own, with the schemas in it, on the cluster that `Scripts/test` started.
///
/// It is copied from a template that the first test migrates, and dropped at the end of the test.
package struct TestDatabase: Sendable {
    package let name: String
    /// As a superuser, for arranging and for looking.
    package let database: Database
    /// As the daemon's role, which may do what `resetd grants` gives it and nothing else.
    package let daemon: Database
    /// As an application's role, likewise.
    package let application: Database

    private init(name: String) throws {
        self.name = name
        database = Database(url: try Self.url(of: name))
        daemon = Database(url: try Self.url(of: name, as: "resetd"))
        application = Database(url: try Self.url(of: name, as: "portal"))
    }

    /// The database of the test that runs; tests outside `@Suite(.database)` have none, and fail.
    package static var current: TestDatabase {
        get throws {
            guard let scoped else { throw MissingServer("this test is in no suite with .database") }
            return scoped
        }
    }

    @TaskLocal private static var scoped: TestDatabase?

    /// A URL of the cluster's, with another database in it.
    package static func url(of name: String, as role: String = "postgres") throws -> String {
        guard let url = ProcessInfo.processInfo.environment["RESETD_TEST_DATABASE"] else {
            throw MissingServer("RESETD_TEST_DATABASE is not set; run the tests with Scripts/test")
        }
        return url.replacing("///postgres?", with: "///\(name)?").replacing("user=postgres", with: "user=\(role)")
    }

    /// One statement on this database, for arranging and for looking.
    @discardableResult
    package func execute(_ statement: Statement) async throws -> [Row] {
        let connection = try await Connection.open(database)
        return try await connection.execute(statement)
    }

    /// Several statements without parameters.
    package func executeScript(_ sql: String) async throws {
        let connection = try await Connection.open(database)
        try await connection.executeScript(sql)
    }

    /// Several statements in the name of the schemas' owner, as a site runs a mapping of its own.
    package func executeScriptAsOwner(_ sql: String) async throws {
        let connection = try await Connection.open(database)
        try await connection.executeScript("SET ROLE resetd_owner")
        try await connection.executeScript(sql)
    }

    /// A pool on this database, as the daemon has it.
    package func pool(capacity: Int = 4) -> Pool {
        Pool(daemon, capacity: capacity)
    }

    /// A pool that may do everything, for tests of pools themselves.
    package func superuserPool(capacity: Int = 4) -> Pool {
        Pool(database, capacity: capacity)
    }

    /// Tests run all at once, and a cluster has so many connections.
    private static let places = Places(16)

    fileprivate static func withFresh(_ template: Template, _ body: () async throws -> Void) async throws {
        await places.enter()
        do {
            try await withCopy(of: template, body)
        } catch {
            await places.leave()
            throw error
        }
        await places.leave()
    }

    private static func withCopy(of template: Template, _ body: () async throws -> Void) async throws {
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let cluster = try await Connection.open(Database(url: try url(of: "postgres")))
        try await cluster.execute(
            Statement(stringLiteral: "CREATE DATABASE \(name) TEMPLATE \(try await template.name) OWNER resetd_owner"))
        let fresh = try TestDatabase(name: name)
        do {
            try await $scoped.withValue(fresh) { try await body() }
        } catch {
            try? await drop(name)
            throw error
        }
        try await drop(name)
    }

    private static func drop(_ name: String) async throws {
        let cluster = try await Connection.open(Database(url: try url(of: "postgres")))
        try await cluster.execute(Statement(stringLiteral: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
    }

    /// A database that tests are copied from, made once in a process and left to the cluster's end.
    fileprivate struct Template: Sendable {
        private let task: Task<String, any Error>

        static let empty = Template(isMigrated: false)
        static let migrated = Template(isMigrated: true)

        var name: String { get async throws { try await task.value } }

        private init(isMigrated: Bool) {
            task = Task {
                let name = "template_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
                let cluster = try await Connection.open(Database(url: try TestDatabase.url(of: "postgres")))
                try await cluster.execute(Statement(stringLiteral: "CREATE DATABASE \(name) OWNER resetd_owner"))
                if isMigrated {
                    let connection = try await Connection.open(Database(url: try TestDatabase.url(of: name)))
                    try await connection.migrateAsOnASite()
                }
                return name
            }
        }
    }

    /// A server that the tests need is not there; that is a failure, never a reason to skip.
    package struct MissingServer: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }
    }
}

extension Connection {
    /// Creates the schemas in the name of `resetd_owner`, and gives the roles `resetd` and `portal` what is theirs.
    package func migrateAsOnASite() async throws {
        try executeScript("SET ROLE resetd_owner")
        _ = try await Migrator().migrate(self)
        guard let daemon = RoleName("resetd"), let application = RoleName("portal") else {
            preconditionFailure("these are names")
        }
        try executeScript((Grants.daemon(daemon) + Grants.application(application)).joined(separator: "\n"))
    }
}

/// Gives each test of a suite a database of its own.
package struct DatabaseTrait: SuiteTrait, TestTrait, TestScoping {
    fileprivate let isMigrated: Bool

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await TestDatabase.withFresh(isMigrated ? .migrated : .empty) { try await function() }
    }
}

extension Trait where Self == DatabaseTrait {
    /// A database with the schemas of this build.
    package static var database: DatabaseTrait { DatabaseTrait(isMigrated: true) }
    /// A database with nothing in it.
    package static var emptyDatabase: DatabaseTrait { DatabaseTrait(isMigrated: false) }
}
