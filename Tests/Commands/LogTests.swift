import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import resetd

/// What the log says, and how.
@Suite(.timeLimit(.minutes(5)))
struct LogLineTests {
    private func line(
        _ message: String, _ metadata: Logger.Metadata = [:], _ format: LogFormat = .logfmt,
        addresses: LogAddresses = .masked
    ) -> String {
        LineLogHandler(label: "test", format: format, addresses: addresses).line(.info, message, metadata, at: "now")
    }

    static let hostile = [
        "a\nlevel=error msg=forged", "a\r\nb", "a\u{2028}b\u{85}c\u{B}d\u{C}e", "\u{1B}[2J", "\u{202E}desrever",
        "x\" level=error y=\"", "=", "\\", "", "\u{0}", "\u{E0001}tag", "é\u{301}\"\u{301}", "{\"a\":1}",
    ]

    @Test(arguments: hostile) func `whatever a value is, it is one line and one value`(value: String) throws {
        let plain = line("message", ["key": "\(value)"])
        #expect(plain.hasPrefix("time=now level=info msg=message key="))
        for text in [plain, line("message", ["key": "\(value)"], .json)] {
            for scalar in text.unicodeScalars {
                #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value), "\(value.debugDescription)")
                #expect(![0x2028, 0x2029, 0x202E].contains(scalar.value))
            }
        }
        let json = try JSONSerialization.jsonObject(with: Data(line("message", ["key": "\(value)"], .json).utf8))
        let read = try #require((json as? [String: String])?["key"])
        #expect(read.unicodeScalars.map(\.value) == value.unicodeScalars.map(\.value))
    }

    @Test func `a value without an end is cut`() {
        #expect(line("m", ["key": "\(String(repeating: "x", count: 1_000_000))"]).count < 1200)
    }

    @Test(arguments: [
        ("mary@example.org", "m•••@example.org"),
        ("550 5.1.1 <mary.baker+tag@example.org>: unknown", "550 5.1.1 <m•••@example.org>: unknown"),
        ("a@x.example,b@y.example", "a•••@x.example,b•••@y.example"),
        ("jörg@bücher.example", "j•••@bücher.example"), ("mailto:mary@example.org", "m•••@example.org"),
        ("mary=example.org@lists.example", "m•••@lists.example"), ("'mary'@example.org", "'m•••@example.org"),
        ("(ma(r)y@example.org)", "(m•••@example.org)"), ("o'brien@example.org", "o•••@example.org"),
        ("('@example.org", "(•••@example.org"),
        (#"550 <"a(b)"@example.org>: no"#, #"550 <"a•••@example.org>: no"#),
        ("a@b@c", "a•••@b•••@c"), ("@", "@"), ("no address", "no address"), ("mary@", "m•••@"),
    ])
    func `an address is masked wherever it stands`(text: String, masked: String) {
        #expect(AddressMask.hide(in: text) == masked)
        #expect(line("m", ["key": "\(text)"], addresses: .full).contains(text.split(separator: " ").last ?? ""))
    }

    @Test(arguments: [
        ("mary@example.org", "m•••@example.org"), ("x\" level=error zebra@example.org", "x•••@example.org"),
        ("a b@c d", "a•••"), ("two@at@example.org", "t•••"), (" @example.org", "•••@example.org"), ("", "•••"),
    ])
    func `an address that somebody typed is masked as a whole`(text: String, masked: String) {
        #expect(AddressMask.hide(address: text) == masked)
        #expect(line("m", ["email": "\(text)"], addresses: .masked).contains("\(masked)"))
    }
}

@Suite(.database, .timeLimit(.minutes(5)))
struct RequestLogTests {
    private func addAnna() async throws -> TestDatabase {
        let database = try TestDatabase.current
        try await database.execute("INSERT INTO directory.users (login_id, email) VALUES ('anna', 'anna@example.org')")
        return database
    }

    /// The lines of settled requests, without what differs from run to run.
    private func settled(_ daemon: RunningDaemon, _ count: Int) async throws -> [String] {
        while true {
            let found = try daemon.lines.split(separator: "\n").filter { $0.contains("msg=\"request settled\"") }
            if found.count >= count {
                return found.map { String($0).replacing(#/time=\S+ /#, with: "").replacing(#/ms=\d+/#, with: "ms=N") }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `each request has one line at its end: state, reason, time, the relay's code, a masked address`()
        async throws
    {
        let database = try await addAnna()
        let script = RelayScript {
            $0.stage == .dot && $0.transaction == 1 ? .reply("552 5.3.4 <anna@example.org> is full") : .usual
        }
        try await withScriptedRelay(script) { relay in
            try await withDaemon(relay: relay.url, more: "limits: { perAccountInterval: 0s }") { daemon in
                for email in ["anna@example.org", "anna@example.org", "otto@example.org"] {
                    let count = try daemon.lines.split(separator: "\n").count { $0.contains("request settled") }
                    try await database.execute("INSERT INTO resetd.outbox (email) VALUES (\(email))")
                    _ = try await settled(daemon, count + 1)
                }
                #expect(
                    try await settled(daemon, 3) == [
                        #"level=info msg="request settled" code=552 email="a•••@example.org" kind=user ms=N purpose=reset_link reason=undeliverable request=1 state=failed"#,
                        #"level=info msg="request settled" code=250 email="a•••@example.org" kind=user ms=N purpose=reset_link request=2 state=sent"#,
                        #"level=info msg="request settled" email="o•••@example.org" ms=N purpose=reset_link reason=unknown_email request=3 state=rejected"#,
                    ])
                for name in ["anna@", "otto@"] { #expect(try !daemon.lines.contains(name)) }
            }
        }
    }

    @Test func `log.addresses: full shows them, and log.format: json is an object a line`() async throws {
        let database = try await addAnna()
        try await withScriptedRelay { relay in
            let daemon = try RunningDaemon(
                relay: relay.url, database: database.daemon.url,
                more: "log: { addresses: full, format: json }")
            try await database.execute("INSERT INTO resetd.outbox (email) VALUES ('anna@example.org')")
            try await daemon.waitForLog("request settled")
            #expect(await daemon.stop() == 0)
            let lines = try daemon.lines.split(separator: "\n").map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
            }
            let line = try #require(lines.first { $0["msg"] == "request settled" })
            #expect(line["email"] == "anna@example.org")
            #expect(line["state"] == "sent")
        }
    }

    @Test func `to the journal lines go with their priority and without a time, to another file as ever`() async throws
    {
        let journaled = try RunningDaemon(
            relay: "smtp://127.0.0.1:9", database: TestDatabase.current.daemon.url, journal: .isTheLog)
        try await journaled.waitUntil(200)
        #expect(await journaled.stop() == 0)
        let lines = try journaled.lines.split(separator: "\n")
        #expect(lines.allSatisfy { $0.wholeMatch(of: /<[3-7]>level=\S+ msg=.*/) != nil })
        #expect(lines.contains { $0.hasPrefix("<6>level=info msg=") })
        let inherited = try RunningDaemon(
            relay: "smtp://127.0.0.1:9", database: TestDatabase.current.daemon.url, journal: .isAnotherFile)
        try await inherited.waitUntil(200)
        #expect(await inherited.stop() == 0)
        #expect(try inherited.lines.hasPrefix("time="))
    }
}
