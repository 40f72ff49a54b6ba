package import Postgres

/// Creates and upgrades the schemas, and says where they stand. The daemon itself only ever asks.
package struct Migrator: Sendable {
    /// Where the schema of a database stands against this binary.
    package struct Standing: Sendable, Equatable {
        /// The versions that are applied, in order.
        package let applied: [Int]
        /// Applied versions whose file has changed since, which must never happen.
        package let altered: [Int]

        package var pending: [Migration] { Migration.all.filter { !applied.contains($0.version) } }
        /// Versions that this binary does not know: a newer one has been here.
        package var unknown: [Int] { applied.filter { version in !Migration.all.contains { $0.version == version } } }
    }

    /// Two hosts that migrate at once take turns on this; any number will do, so long as it stays.
    private static let lock: Int64 = 0x7265_7365_7464

    package init() {}

    /// Brings the schema to this binary's version and returns the steps that it took; none when all were there.
    ///
    /// Each step is a transaction of its own, so that a death between two leaves a schema that is whole at the last
    /// version it records, and the next run goes on from there.
    package func migrate(_ connection: Connection) async throws -> [Migration] {
        try await requireUTF8(connection)
        // The lock waits as long as the other host needs; statements of a migration may take long on a large outbox.
        try await connection.execute("SET statement_timeout = 0")
        try await connection.execute("SET lock_timeout = '5min'")
        try await connection.execute("SELECT pg_advisory_lock(\(Self.lock))", patience: nil)
        do {
            let steps = try await applyPending(connection)
            try await connection.execute("SELECT pg_advisory_unlock(\(Self.lock))")
            return steps
        } catch {
            _ = try? await connection.execute("SELECT pg_advisory_unlock(\(Self.lock))")
            throw error
        }
    }

    private func applyPending(_ connection: Connection) async throws -> [Migration] {
        let standing = try await standing(connection)
        try standing.requireNothingForeign()
        if standing.applied.isEmpty {
            try await connection.executeScript(
                """
                CREATE SCHEMA IF NOT EXISTS resetd;
                CREATE TABLE IF NOT EXISTS resetd.migration (
                    version integer PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                """)
        }
        for step in standing.pending {
            try await connection.transaction { connection in
                // A table that an application holds locked is waited for briefly, and the step tried again by hand:
                // a waiting DDL statement would make everybody else queue up behind it.
                try await connection.execute("SET LOCAL lock_timeout = '10s'")
                try await connection.executeScript(step.sql)
                try await connection.execute(
                    """
                    INSERT INTO resetd.migration (version, name, checksum)
                    VALUES (\(step.version), \(step.name), \(step.checksum))
                    """)
            }
        }
        return standing.pending
    }

    /// Where the schema stands; nothing is applied where there is no schema at all.
    package func standing(_ connection: Connection) async throws -> Standing {
        let present: Bool? = try await connection.execute(
            "SELECT to_regclass('resetd.migration') IS NOT NULL AS present"
        ).first?.get("present")
        guard present == true else { return Standing(applied: [], altered: []) }
        let rows = try await connection.execute("SELECT version, checksum FROM resetd.migration ORDER BY version")
        var altered: [Int] = []
        let applied = try rows.map { row in
            let version = try row.get("version", as: Int.self)
            let checksum = try row.get("checksum", as: String.self)
            if let known = Migration.all.first(where: { $0.version == version }), known.checksum != checksum {
                altered.append(version)
            }
            return version
        }
        return Standing(applied: applied, altered: altered)
    }

    /// Refuses a database whose schema is not exactly this binary's: `serve` changes nothing by itself.
    ///
    /// - Returns: the version that it is at.
    @discardableResult
    package func requireCurrent(_ connection: Connection) async throws -> Int {
        let standing = try await standing(connection)
        try standing.requireNothingForeign()
        guard let first = standing.pending.first(where: { !$0.isTidying }) else { return standing.applied.last ?? 0 }
        throw standing.applied.isEmpty
            ? SchemaError.absent : SchemaError.tooOld(at: standing.applied.last ?? 0, wanted: first.version)
    }

    private func requireUTF8(_ connection: Connection) async throws {
        let encoding: String? = try await connection.execute("SHOW server_encoding").first?.get("server_encoding")
        guard encoding == "UTF8" else { throw SchemaError.encoding(encoding ?? "unknown") }
    }
}

extension Migrator.Standing {
    func requireNothingForeign() throws(SchemaError) {
        if let version = unknown.first { throw .tooNew(at: version, known: Migration.all.last?.version ?? 0) }
        if let version = altered.first { throw .altered(version) }
    }
}
