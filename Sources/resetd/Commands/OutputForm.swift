import ArgumentParser
import Postgres

/// How a command prints rows: a table for people, or one JSON array for machines.
struct OutputForm: ParsableArguments {
    @Flag(help: "Print one JSON array.")
    var json = false

    /// Prints what a query finds and returns how many rows that was. PostgreSQL itself writes the JSON.
    ///
    /// - Parameter isRecord: one value a line, for a single row with many columns.
    @discardableResult
    func print(_ query: Statement, options: SettingsOptions, isRecord: Bool = false) async throws -> Int {
        let asJSON: Statement = """
            SELECT coalesce(json_agg(row_to_json(found)), '[]')::text AS json, count(*) AS count FROM (\(query)) AS found
            """
        let statement = json ? asJSON : query
        let rows = try await options.withConnection { try await $0.execute(statement) }
        if json {
            guard let row = rows.first else { return 0 }
            Swift.print(try row.get("json", as: String.self))
            return try row.get("count")
        }
        Swift.print(isRecord ? Self.record(rows) : Self.table(rows), terminator: "")
        return rows.count
    }

    private static func record(_ rows: [Row]) -> String {
        rows.map { row in
            let width = row.names.map(\.count).max() ?? 0
            return zip(row.names, row.texts).map { name, text in
                "\(name.padded(to: width))  \(clean(text ?? ""))\n"
            }.joined()
        }.joined(separator: "\n")
    }

    private static func table(_ rows: [Row]) -> String {
        guard let names = rows.first?.names else { return "nothing found\n" }
        let lines = [names] + rows.map { $0.texts.map { clean($0 ?? "-") } }
        let widths = names.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            return String(cells.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    /// A terminal must not act on what an application wrote into a row.
    private static func clean(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
