internal import Glibc

/// Where PostgreSQL's server programs are.
///
/// Debian keeps them out of `PATH`, in a folder a version; elsewhere they are in `PATH`.
struct PostgreSQLPrograms: Sendable {
    /// A folder with all of ``needed``.
    let folder: String

    private static let needed = ["initdb", "postgres", "psql", "pg_isready"]

    /// The first folder of `PATH` that has them, else the newest version's.
    ///
    /// - Throws: ``DemoFailure`` that names the package to install.
    static func find() throws(DemoFailure) -> PostgreSQLPrograms {
        let listed = Program.searchPath.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        // Versions in steps down from one that does not exist yet, for there is nothing to list on most systems.
        let versions = (13...40).reversed()
        let known = versions.map { "/usr/lib/postgresql/\($0)/bin" } + versions.map { "/usr/pgsql-\($0)/bin" }
        let folder = (listed + known).first { folder in
            needed.allSatisfy { unsafe access("\(folder)/\($0)", X_OK) == 0 }
        }
        guard let folder else {
            throw DemoFailure(
                "PostgreSQL's programs (initdb, postgres) are not installed; on Debian: apt-get install postgresql."
            )
        }
        return PostgreSQLPrograms(folder: folder)
    }

    /// The path of one of them.
    func path(_ name: String) -> String {
        "\(folder)/\(name)"
    }
}
