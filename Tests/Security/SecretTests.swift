import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@testable import Demo

/// Canaries through every flow and every error, and then a look at all that a secret could have ended up in.
@Suite(.database, .timeLimit(.minutes(5)))
struct SecretTests {
    private static let relayPassword = "Relay-Canary-51830"
    private static let databasePassword = "Database-Canary-77412"

    @Test func `R6: no token, password, PIN, key or cookie is anywhere but where it belongs`() async throws {
        let database = try TestDatabase.current
        // Written before the rows are, or the daemon's first statements would go unlogged.
        let role = "daemon_\(database.name)"
        try await database.executeScript("CREATE ROLE \(role) LOGIN")
        for setting in [
            "log_statement = 'all'", "log_min_duration_statement = 0", "log_parameter_max_length = -1",
            "log_parameter_max_length_on_error = -1", "log_error_verbosity = verbose", "log_min_messages = debug1",
        ] { try await database.execute(Statement(stringLiteral: "ALTER ROLE \(role) SET \(setting)")) }
        let state = try TemporaryFolder()
        let authority = try await TestCertificate.shared().authorityFile
        let script = RelayScript(
            encryption: .startTLS(.good), mechanisms: ["PLAIN", "LOGIN"], password: Self.relayPassword)
        let relay = try await ScriptedRelay(script)
        let settings = """
            \(Site.unlimited)
            lockout: { failures: 4, duration: 0s }
            state: { directory: "\(state.url.path)" }
            smtp: { url: "smtp://127.0.0.1:\(relay.port)", caFile: "\(authority)", username: user, password: "\(Self.relayPassword)" }
            """
        try await Site.run(settings, relay: relay, password: Self.databasePassword) { (site) async throws in
            let canaries = Canaries(site: site)
            try await canaries.walk()
            let secrets = try await canaries.all() + [Self.relayPassword, Self.databasePassword]
            try await site.settle()

            let process = "/proc/\(site.daemon.processID)"
            var places = [
                "log": try site.daemon.lines, "metrics": try await site.daemon.operations.get("/metrics").body,
                "readiness": try await site.daemon.operations.get("/health/ready").body,
                "environment": try String(contentsOfFile: "\(process)/environ", encoding: .utf8),
                "arguments": try String(contentsOfFile: "\(process)/cmdline", encoding: .utf8),
                "dump": try await Tool.dump(database), "PostgreSQL's log": try Self.serverLog(),
            ]
            for name in try FileManager.default.contentsOfDirectory(atPath: state.url.path) {
                places["state: \(name)"] = String(
                    decoding: try Data(contentsOf: state.url.appending(path: name)), as: UTF8.self)
            }
            #expect(places["PostgreSQL's log"]?.contains("set_password") == true)
            #expect(places["PostgreSQL's log"]?.contains("mary.baker@example.org") == true)
            #expect(places.keys.contains { $0.hasPrefix("state: ") })
            for (place, text) in places {
                for (number, secret) in secrets.enumerated() {
                    #expect(!text.contains(secret), "secret \(number) in \(place)")
                }
            }
            // Answers hold no secret but a form's own token, and the cookie where it is set.
            for (text, allowed) in canaries.answers {
                for (number, secret) in secrets.enumerated() where !allowed.contains(secret) {
                    #expect(!text.contains(secret), "secret \(number) in an answer: \(text.prefix(40))")
                }
            }
            // Mails hold the link that they are sent for.
            for mail in relay.mails {
                for secret in secrets where !canaries.tokens.contains(secret) { #expect(!mail.text.contains(secret)) }
            }
        }
        await relay.goAway()
    }

    /// What the test cluster's server writes down.
    private static func serverLog() throws -> String {
        let url = try TestDatabase.url(of: "postgres")
        let socket = try #require(url.components(separatedBy: "host=").last?.prefix { $0 != "&" })
        let file = URL(filePath: String(socket)).appending(path: "../cluster/log").standardized
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    @Test func `R6: errors of the way to the database and the relay quote no password`() async throws {
        for url in [
            "postgresql://resetd:\(Self.databasePassword)@127.0.0.1:9/site",
            "host=127.0.0.1 port=9 password=\(Self.databasePassword) dbname",
            "postgresql://resetd:\(Self.databasePassword)@127.0.0.1:9/site?sslmode=nonsense",
            "postgresql://resetd:\(Self.databasePassword)@[::1",
        ] {
            let relay = "smtp://user:\(Self.relayPassword)@127.0.0.1:9"
            let folder = try TemporaryFolder()
            let keys = try folder.file("keys", "7:\(String(repeating: "A", count: 42))E\n")
            let environment = [
                "RESETD_DATABASE_URL": url, "RESETD_SMTP_URL": relay, "RESETD_MAIL_FROM": "x@example.org",
                "RESETD_LINK_BASE": "http://127.0.0.1:8080", "RESETD_LINK_KEYS_FILE": keys.path,
                "RESETD_SMTP_PASSWORD": Self.relayPassword,
            ]
            for command in [["check"], ["migrate"], ["outbox", "list"], ["request", "x@example.org"]] {
                let result = try await BuiltProgram.run(command, environment: environment)
                #expect(result.code != 0)
                for secret in [Self.relayPassword, Self.databasePassword, "AAAAAAAA"] {
                    #expect(!(result.output + result.errors).contains(secret), "\(command)")
                }
            }
        }
    }

    @Test func `R6: the daemon's memory and environment are closed to others of its user, and it leaves no core`()
        async throws
    {
        let folder = try TemporaryFolder()
        let key = String(repeating: "K", count: 42) + "E"
        let script = """
            ulimit -c unlimited 2>/dev/null
            # Swift's own handler would take a signal that somebody sent for a fault that comes again, and go on.
            export SWIFT_BACKTRACE=enable=no
            export RESETD_LINK_KEYS=7:\(key) RESETD_LINK_BASE=http://127.0.0.1:8080 RESETD_MAIL_FROM=x@example.org
            export RESETD_DATABASE_URL='postgresql:///x?host=/nonexistent&user=nobody' RESETD_SMTP_URL=smtp://127.0.0.1:9
            export RESETD_WEB_LISTEN=127.0.0.1:0 RESETD_OPS_LISTEN=127.0.0.1:0
            sleep 60 & other=$!
            "$0" serve >log 2>&1 & daemon=$!
            until grep -q 'pages are up' log || ! kill -0 $daemon; do sleep 0.05; done
            for process in other daemon; do
                eval "id=\\$$process"
                for file in environ mem maps; do
                    head -c 1 /proc/$id/$file >/dev/null 2>&1 || [ "$(head -c 1 /proc/$id/$file 2>&1 | grep -c Input/output)" = 1 ] && echo "$process $file readable"
                done
            done
            kill -SEGV $daemon; wait $daemon; echo "ended $?"
            kill $other
            ls
            """
        // The daemon runs without capabilities, and so must whoever looks: root is not who it is closed to.
        let shell = ["sh", "-c", script, try BuiltProgram.path]
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = geteuid() == 0 ? ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] + shell : shell
        process.currentDirectoryURL = folder.url
        let output = Pipe()
        process.standardOutput = output
        try await process.end()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(said.contains("other environ readable"), "\(said)")
        #expect(
            !said.contains("daemon environ") && !said.contains("daemon mem") && !said.contains("daemon maps"), "\(said)"
        )
        #expect(said.contains("ended 139"))
        #expect(!said.contains("core"))
        let log = try String(contentsOf: folder.url.appending(path: "log"), encoding: .utf8)
        #expect(!log.contains(key))
    }
}
