/// `resetd demo --once`: the whole way of a forgotten password, each step checked and timed.
///
/// It stands outside the daemon: it writes a row as an application does, reads the mail as a person does, and follows
/// the link over HTTP.
struct GuidedWalk: Sendable {
    private static let email = "mary.baker@example.org"
    private static let shared = "office@example.com"
    private static let password = "violet-anchor-teapot-7319"

    let cluster: PrivateCluster
    let mailbox: Mailbox
    let daemon: DemoDaemon
    let process: Child
    let clock: StepClock
    let say: @Sendable (String) -> Void

    /// Walks.
    ///
    /// - Returns: whether every step was as it must be; what was not is said, with the daemon's last lines.
    func run() async throws -> Bool {
        do {
            let total = try await walk()
            say("All is well: request → mail → link → new password → notice, in \(total) with everything set up.")
            return true
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            say("FAILED: \(error)")
            say("The daemon's last lines:")
            for line in process.lastLines(30) { say("  " + line) }
            return false
        }
    }

    private func walk() async throws -> String {
        var clock = clock
        let http = HTTPExchange(port: daemon.webPort)

        let row = try await cluster.run(
            "INSERT INTO resetd.outbox (email, account_kind) VALUES ('\(Self.email)', 'user') RETURNING id")
        clock.done("request", "row \(row) in resetd.outbox, for \(Self.email)")

        let mail = try await mailbox.next(to: Self.email, after: 0, within: .seconds(10))
        clock.done("mail", "\"\(mail.message.header("Subject"))\", \(mail.source.count) bytes")

        let beginning = daemon.base + "/reset/"
        guard let link = mail.message.link(beginning: beginning) else {
            throw DemoFailure("The mail has no line that is a link to \(beginning)…:\n\(mail.message.text)")
        }
        let target = String(link.dropFirst(daemon.base.count))
        let form = try await http.get(target)
        try expect(form.status == 200, "the link answers \(form.status), not 200")
        try expect(
            form.body.contains("name=\"password\"") && form.body.contains("name=\"confirmation\""),
            "the page has no form for a new password")
        clock.done("link", "\(link.prefix(beginning.count + 8))… shows the form")

        let fields = [("password", Self.password), ("confirmation", Self.password)]
        let answer = try await http.post(target, form: fields)
        let location = answer.headers["location"] ?? ""
        try expect(
            answer.status == 303 && location.hasSuffix("/reset/done"),
            "the new password is answered by \(answer.status) \(location), not 303 /reset/done")
        clock.done("new password", "taken: \(answer.status) to \(location)")

        let done = try await http.get("/reset/done")
        try expect(done.status == 200, "/reset/done answers \(done.status), not 200")
        let again = try await http.post(target, form: fields)
        try expect(again.status == 410, "the second use of the link is answered by \(again.status), not 410")
        clock.done("second use", "refused: \(again.status)")

        let notice = try await mailbox.next(to: Self.email, after: mail.number, within: .seconds(10))
        try expect(!notice.message.text.contains(beginning), "the notice has a reset link in it")
        clock.done("notice", "\"\(notice.message.header("Subject"))\"")

        let hash = try await cluster.run(
            "SELECT left(password_hash, 40) FROM directory.users WHERE email = '\(Self.email)'")
        try expect(hash.hasPrefix("$argon2id$"), "the stored hash begins \(hash.prefix(10)), not $argon2id$")
        clock.done("stored hash", "\(hash.prefix(31))…")

        try await settled(
            "SELECT state, redeemed_at IS NOT NULL FROM resetd.outbox WHERE id = \(row)", "sent\tt")
        clock.done("outbox", "row \(row): sent, redeemed")

        let refused = try await cluster.run(
            "INSERT INTO resetd.outbox (email, account_kind) VALUES ('\(Self.shared)', 'contact') RETURNING id")
        try await settled("SELECT state, reason FROM resetd.outbox WHERE id = \(refused)", "rejected\tduplicate_email")
        try expect(mailbox.count == 2, "\(mailbox.count) mails went out, not 2")
        clock.done("shared", "\(Self.shared) belongs to two contacts: rejected, duplicate_email, no mail")
        return Terminal.milliseconds(clock.total).drop { $0 == " " }.description
    }

    /// Waits until a row is as it must be; a batch is recorded a moment after its mails went.
    private func settled(_ sql: String, _ wanted: String) async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            let row = try await cluster.run(sql)
            if row == wanted { return }
            try expect(ContinuousClock.now < deadline, "\(sql) gives \"\(row)\", not \"\(wanted)\"")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func expect(_ condition: Bool, _ otherwise: String) throws(DemoFailure) {
        guard condition else { throw DemoFailure(otherwise) }
    }
}
