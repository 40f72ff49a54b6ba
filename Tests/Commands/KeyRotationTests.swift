import Demo
import Foundation
import Glibc
import PasswordReset
import Postgres
import TestSupport
import Testing

/// The order in which a fleet changes its key: behind on all, first on all, and then without the old one.
@Suite(.database, .timeLimit(.minutes(5)))
struct KeyRotationTests {
    private func token(_ mail: ReceivedMail, _ daemon: RunningDaemon) throws -> String {
        let link = try #require(mail.text.split(separator: "\r\n").first { $0.hasPrefix("\(daemon.base)/reset/") })
        return String(link.dropFirst(daemon.base.count))
    }

    /// Hands the ring to a daemon, as an operator does: the file in its place, then SIGHUP; returns when it is taken over.
    private func hand(_ ring: String, to daemon: RunningDaemon) async throws {
        let signs = try #require(ring.split(separator: ":").first)
        let taken = "settings read anew\" signing_key=\(signs)"
        let count = try daemon.lines.ranges(of: taken).count
        try Data(ring.utf8).write(to: daemon.keys, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: daemon.keys.path)
        daemon.send(SIGHUP)
        while try daemon.lines.ranges(of: taken).count == count { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `a key is changed on two daemons that run, and at no step is a link of one unknown to the other`()
        async throws
    {
        let database = try TestDatabase.current
        try await database.execute(
            """
            INSERT INTO directory.users (login_id, email)
            SELECT 'p' || n, 'p' || n || '@example.org' FROM generate_series(1, 20) AS n
            """)
        try await withScriptedRelay { relay in
            try await withDaemon(relay: relay.url) { first in
                try await withDaemon(relay: relay.url) { second in
                    let old = try String(contentsOf: first.keys, encoding: .utf8)
                    let folder = try TemporaryFolder()
                    let file = try folder.file("ring", old)
                    let environment = ["RESETD_LINK_KEYS_FILE": file.path]
                    func ring(_ arguments: String...) async throws -> String {
                        #expect(try await BuiltProgram.run(["keys"] + arguments, environment: environment).code == 0)
                        return try String(contentsOf: file, encoding: .utf8)
                    }
                    var asked = 0
                    var tokens: [String] = []
                    // A mail by whichever daemon claims it; then both must know every link that there is.
                    func ask() async throws {
                        asked += 1
                        try await database.execute(
                            "INSERT INTO resetd.outbox (email) VALUES ('p' || \(asked)::int || '@example.org')")
                        tokens.append(try token(try await relay.waitForMails(asked)[asked - 1], first))
                        for token in tokens {
                            #expect(try await first.web.get(token).status == 200)
                            #expect(try await second.web.get(token).status == 200)
                        }
                    }
                    try await ask()
                    // 1. Behind, on one host after the other.
                    let behind = try await ring("rotate", "--behind")
                    #expect(behind.hasPrefix(old))
                    for daemon in [first, second] {
                        try await hand(behind, to: daemon)
                        for _ in 0..<2 { try await ask() }
                    }
                    // 2. First.
                    let id = try #require(try LinkKeys(behind).ids.last)
                    let inFront = try await ring("promote", "\(id)")
                    for daemon in [first, second] {
                        try await hand(inFront, to: daemon)
                        for _ in 0..<2 { try await ask() }
                    }
                    let newest = try #require(tokens.last?.split(separator: "/").last)
                    #expect(Token(newest, keys: try LinkKeys(inFront), for: .reset)?.keyID == id)
                    // 3. Without the old one: its links are dead, the others live.
                    let pruned = try await ring("prune", "\(try LinkKeys(old).current.id)")
                    for daemon in [first, second] { try await hand(pruned, to: daemon) }
                    #expect(try await first.web.get(tokens[0]).status == 404)
                    #expect(try await second.web.get(try #require(tokens.last)).status == 200)
                }
            }
        }
    }
}
