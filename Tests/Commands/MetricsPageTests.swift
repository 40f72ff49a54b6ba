import Demo
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Operations

/// What Prometheus, its rules and Grafana's dashboard are told: by Prometheus's own tool, and by a daemon that runs.
@Suite(.database, .timeLimit(.minutes(5)))
struct MetricsPageTests {
    private static let config = URL(filePath: #filePath).appending(path: "../../../Config").standardized

    /// Names of the page, of a histogram the base name.
    private static func names(in page: String) -> Set<String> {
        Set(page.matches(of: #/(?m)^# TYPE (\S+) /#).map { String($0.output.1) })
    }

    /// The page of a daemon that has mailed, and answered a page.
    private func page() async throws -> String {
        let database = try TestDatabase.current
        try await database.execute("INSERT INTO directory.users (login_id, email) VALUES ('anna', 'anna@example.org')")
        return try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { daemon in
                try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
                try await daemon.waitForLog("request settled")
                _ = try await daemon.web.get("/forgot")
                return try await daemon.operations.get("/metrics").body
            }
        }
    }

    private func promtool(_ arguments: String..., input: String = "") async throws -> (code: Int32, words: String) {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/promtool")
        process.arguments = arguments
        process.currentDirectoryURL = Self.config
        process.standardInput = try FileHandle(forReadingFrom: folder.file("input", input))
        let output = try folder.file("output")
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        try await process.end()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }

    @Test func `the page of a daemon pleases promtool, and has every metric that is described and no other`()
        async throws
    {
        let page = try await page()
        let verdict = try await promtool("check", "metrics", input: page)
        #expect(verdict.code == 0, "\(verdict.words)")
        #expect(verdict.words.isEmpty)
        #expect(Self.names(in: page) == Set(MetricCatalog.resetd.descriptions.keys))
        // What it did is in it.
        for line in [
            #"resetd_settled_requests_total{reason="none",state="sent"} 1"#, "resetd_delivery_seconds_count 1",
            #"resetd_mails_total{blame="none",outcome="sent"} 1"#, "resetd_smtp_sessions 1",
            #"resetd_build_info{version=""#, #"resetd_part_ok{part="database"} 1"#, "resetd_relay_paused 0",
            #"resetd_outbox_requests{state="queued"} 0"#, #"resetd_redeems_total{result="redeemed"} 0"#,
            #"resetd_http_requests_total{route="/forgot",status="200"} 1"#, "resetd_schema_version ",
        ] { #expect(page.contains("\n\(line)"), "\(line)") }
        #expect(!page.contains("anna"))
    }

    @Test func `every metric of the alerts and of the dashboard is one that a daemon has`() async throws {
        let known = Set(MetricCatalog.resetd.descriptions.keys)
        for file in ["alerts.yaml", "alerts.test.yaml", "dashboard.json"] {
            let text = try String(contentsOf: Self.config.appending(path: file), encoding: .utf8)
            let named = Set(text.matches(of: /resetd_[a-z_]+/).map { String($0.output) })
            #expect(!named.isEmpty)
            for name in named {
                let base = name.replacing(/_(bucket|sum|count)$/, with: "")
                #expect(known.contains(name) || known.contains(base), "\(name) in \(file)")
            }
        }
        // And the dashboard shows all of them, so that none is counted for nobody.
        let dashboard = try String(contentsOf: Self.config.appending(path: "dashboard.json"), encoding: .utf8)
        for name in known { #expect(dashboard.contains(name), "\(name)") }
        _ = try JSONSerialization.jsonObject(with: Data(dashboard.utf8))
    }

    @Test func `every alert fires when it should, and a healthy day fires none`() async throws {
        let rules = try await promtool("check", "rules", "alerts.yaml")
        #expect(rules.code == 0, "\(rules.words)")
        let verdict = try await promtool("test", "rules", "alerts.test.yaml")
        #expect(verdict.code == 0, "\(verdict.words)")
        // Of an alert without a case nothing is proved.
        let alerts = try String(contentsOf: Self.config.appending(path: "alerts.yaml"), encoding: .utf8)
        let cases = try String(contentsOf: Self.config.appending(path: "alerts.test.yaml"), encoding: .utf8)
        for name in alerts.matches(of: /alert: (\w+)/).map(\.output.1) {
            #expect(cases.contains("alertname=\"\(name)\",alertstate=\"firing\""), "\(name)")
        }
    }
}
