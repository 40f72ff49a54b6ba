/// What the terminal shows while the demonstration runs.
struct Guide: Sendable {
    let cluster: PrivateCluster
    let daemon: DemoDaemon
    let mailboxPort: Int

    /// Where to click, whom to try, how to look inside, how to end.
    var lines: [String] {
        let trials = SamplePeople.trials.map { trial in
            "  \(Terminal.padded(trial.email, to: 26)) \(Terminal.padded(trial.kind, to: 8)) \(trial.result)"
        }
        return [
            "Everything runs on this machine, and nothing of it is kept.",
            "",
            "  Ask for a link   \(daemon.base)/forgot",
            "  Change it        \(daemon.base)/password  …/pin",
            "  Administer       \(daemon.base)/admin  as admin",
            "  See the mails    http://127.0.0.1:\(mailboxPort)/",
            "  Health, metrics  http://127.0.0.1:\(daemon.operationsPort)/health/ready  …/metrics",
            "",
            "Everybody's password is \"\(SamplePeople.password)\", and users' PIN \(SamplePeople.pin).",
            "",
            "Addresses to try, and what happens (the page says the same to all):",
            "",
        ] + trials + [
            "",
            "Or ask as an application does:",
            "",
            "  \(cluster.shellCommand)",
            "  INSERT INTO resetd.outbox (email, account_kind) VALUES ('mary.baker@example.org', 'user');",
            "  SELECT id, email, state, reason, sent_to FROM resetd.outbox;",
            "",
            "Any other command of resetd works beside it with --config \(daemon.configuration)",
            "",
            "Ctrl-C ends it and removes everything.",
        ]
    }
}
