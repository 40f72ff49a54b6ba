import ArgumentParser
import Postgres

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Look at requests, and settle them by hand.",
        subcommands: [List.self, Show.self, Retry.self, Cancel.self, PurgeOld.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List requests, newest first.")

        @OptionGroup var options: SettingsOptions
        @OptionGroup var form: OutputForm

        @Option(help: "Only those in this state: queued, sending, sent, rejected, failed or cancelled.")
        var state: RequestState?

        @Option(help: "Only those with this reason, such as duplicate_email.")
        var reason: String?

        @Option(help: "How many at most.")
        var limit = 50

        func run() async throws {
            let (state, reason, limit) = (state?.rawValue, reason, max(0, limit))
            try await form.print(
                """
                SELECT id, state, reason, purpose, email, account_kind, account_id, attempts,
                       date_trunc('second', requested_at) AS requested_at,
                       date_trunc('second', due_at) AS due_at,
                       date_trunc('second', sent_at) AS sent_at,
                       date_trunc('second', redeemed_at) AS redeemed_at
                  FROM resetd.outbox
                 WHERE (\(state)::text IS NULL OR state = \(state)::text)
                   AND (\(reason)::text IS NULL OR reason = \(reason)::text)
                 ORDER BY id DESC
                 LIMIT \(limit)::bigint
                """, options: options)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all that is known of one request.")

        @OptionGroup var options: SettingsOptions
        @OptionGroup var form: OutputForm

        @Argument var id: Int64

        func run() async throws {
            let found = try await form.print(
                "SELECT * FROM resetd.outbox WHERE id = \(id)", options: options, isRecord: true)
            guard found > 0 else { throw CommandFailure(description: "there is no request \(id)") }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Queue requests that failed, were rejected or cancelled once more, as if just asked for.")

        @OptionGroup var options: SettingsOptions
        @Argument var ids: [Int64]

        func run() async throws {
            // A link is minted afresh and the account found anew: what was known when it failed may be wrong by now. Links
            // that this request had before stay dead: they were cancelled, or made for an account that has changed.
            try await act(
                on: ids, "retried",
                """
                UPDATE resetd.outbox AS o
                   SET state = 'queued', reason = NULL, attempts = 0, rescues = 0, due_at = now(),
                       claimed_by = NULL, first_claimed_at = NULL, waited = 0, minted_at = NULL, expires_at = NULL,
                       dead_through = greatest(o.dead_through, o.expires_at), unanswered = 0,
                       message_id = NULL, key_id = NULL, account_revision = NULL, resolved_kind = NULL,
                       account_id = CASE WHEN o.purpose = 'reset_link' THEN NULL ELSE o.account_id END
                  FROM held
                 WHERE o.id = held.id
                   AND o.state IN ('failed', 'rejected', 'cancelled')
                   AND o.redeemed_at IS NULL
                RETURNING o.id, pg_notify('resetd_outbox', '')
                """, options: options)
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel requests, whatever their state; their links are dead.")

        @OptionGroup var options: SettingsOptions
        @Argument var ids: [Int64]

        func run() async throws {
            try await act(
                on: ids, "cancelled",
                """
                UPDATE resetd.outbox AS o
                   SET state = 'cancelled', reason = NULL, claimed_by = NULL
                  FROM held
                 WHERE o.id = held.id
                   AND o.redeemed_at IS NULL
                RETURNING o.id
                """, options: options)
        }
    }

    /// Runs a statement on the rows of `ids`, locked by id like everybody who locks several, and says what came of each.
    private static func act(
        on ids: [Int64], _ done: String, _ statement: Statement, options: SettingsOptions
    ) async throws {
        let changed = try await options.withConnection { connection in
            let rows = try await connection.execute(
                """
                WITH held AS (
                    SELECT id FROM resetd.outbox WHERE id = ANY (\(ids)::bigint[]) ORDER BY id FOR NO KEY UPDATE
                )
                \(statement)
                """)
            return try Set(rows.map { try $0.get("id", as: Int64.self) })
        }
        for id in ids where changed.contains(id) { print("\(id) \(done)") }
        let missed = ids.filter { !changed.contains($0) }.map(String.init)
        guard missed.isEmpty else {
            throw CommandFailure(
                description:
                    "not \(done), since there is no such request or its state does not allow it: \(missed.joined(separator: ", "))"
            )
        }
    }
}
