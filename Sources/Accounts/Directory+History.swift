import PasswordReset
package import Postgres

/// Requests and the audit, newest first; who shares an address.
extension Directory {
    /// How many rows a filter looks at before it says how far it came: a search for what is not there must end.
    private static let reach = 100_000

    package struct Request: Sendable {
        package let id: Int64
        package let state: String
        package let reason: String?
        package let purpose: String
        package let email: String
        package let kind: String?
        package let accountID: String?
        package let requestedBy: String?
        package let requestedAt: String
        package let sentAt: String?
        package let redeemedAt: String?
        package let lastReply: String?

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            state = try row.get("state")
            reason = try row.optional("reason")
            purpose = try row.get("purpose")
            email = try row.get("email")
            kind = try row.optional("kind")
            accountID = try row.optional("account_id")
            requestedBy = try row.optional("requested_by")
            requestedAt = try row.get("requested_at")
            sentAt = try row.optional("sent_at")
            redeemedAt = try row.optional("redeemed_at")
            lastReply = try row.optional("last_reply")
        }
    }

    /// The outbox. A filter looks at the newest rows before `before`, and goes on with the next page where those end.
    ///
    /// - Parameter address: as asked for or as mailed to, compared as accounts are.
    package func requests(
        state: String?, reason: String?, address: String?, before: Int64?
    ) async throws -> Page<Request> {
        var filter: Statement = "true"
        if let state { filter = "\(filter) AND o.state = \(state)" }
        if let reason { filter = "\(filter) AND o.reason = \(reason)" }
        if let address {
            filter = """
                \(filter) AND resetd.email_key(\(address)) IN (resetd.email_key(o.email), resetd.email_key(o.sent_to))
                """
        }
        let rows = try await pool.execute(
            """
            WITH newest AS MATERIALIZED (
                SELECT coalesce(\(before)::bigint, (SELECT max(m.id) FROM resetd.outbox AS m) + 1) AS before
            )
            SELECT o.id, o.state, o.reason, o.purpose, left(o.email, 320) AS email,
                   coalesce(o.resolved_kind, o.account_kind) AS kind, o.account_id, o.requested_by, o.last_reply,
                   \(Self.time("o.requested_at")) AS requested_at, \(Self.time("o.sent_at")) AS sent_at,
                   \(Self.time("o.redeemed_at")) AS redeemed_at
              FROM newest AS n
              JOIN resetd.outbox AS o ON o.id < n.before AND o.id >= n.before - \(Self.reach)::bigint
             WHERE \(filter)
             ORDER BY o.id DESC
             LIMIT \(Self.pageLength + 1)::bigint
            """)
        let page = try page(rows, key: "id") { try Request($0) }
        if page.next != nil { return page }
        let floor = try await pool.execute(
            """
            SELECT n.before - \(Self.reach)::bigint AS next
              FROM (SELECT coalesce(\(before)::bigint, (SELECT max(m.id) FROM resetd.outbox AS m) + 1) AS before) AS n
             WHERE EXISTS (SELECT FROM resetd.outbox AS o WHERE o.id < n.before - \(Self.reach)::bigint)
            """)
        return Page(entries: page.entries, next: try floor.first?.get("next", as: String.self))
    }

    package struct AuditEntry: Sendable {
        package let id: Int64
        package let at: String
        package let actor: String
        package let action: String
        package let kind: String?
        package let accountID: String?
        package let requestID: Int64?
        package let clientAddress: String?
        package let detail: String?

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            at = try row.get("at")
            actor = try row.get("actor")
            action = try row.get("action")
            kind = try row.optional("kind")
            accountID = try row.optional("account_id")
            requestID = try row.optional("request_id")
            clientAddress = try row.optional("client_address")
            detail = try row.optional("detail")
        }
    }

    /// The audit, of one account or of all.
    package func audit(of account: AccountID? = nil, before: Int64?) async throws -> Page<AuditEntry> {
        var filter: Statement = "true"
        if let account { filter = "e.kind = \(account.kind.rawValue) AND e.account_id = \(account.id)" }
        if let before { filter = "\(filter) AND e.id < \(before)::bigint" }
        let rows = try await pool.execute(
            """
            SELECT e.id, \(Self.time("e.at")) AS at, e.actor, e.action, e.kind, e.account_id, e.request_id,
                   host(e.client_address) AS client_address, e.detail::text AS detail
              FROM resetd.audit AS e
             WHERE \(filter)
             ORDER BY e.id DESC
             LIMIT \(Self.pageLength + 1)::bigint
            """)
        return try page(rows, key: "id") { try AuditEntry($0) }
    }

    /// An address that several accounts share: none of them can reset a password by mail.
    package struct SharedAddress: Sendable {
        package let address: String
        package let accounts: [Account]
    }

    /// The first of them in the order of addresses, with their accounts.
    package func duplicates(after: String?) async throws -> Page<SharedAddress> {
        let rows = try await pool.execute(
            """
            SELECT \(Account.columns), d.email_key
              FROM (SELECT d.email_key
                      FROM (\(Self.sharedAddresses)) AS d
                     WHERE \(after)::text IS NULL OR d.email_key > \(after)::text COLLATE "C"
                     ORDER BY d.email_key COLLATE "C"
                     LIMIT \(Self.pageLength + 1)::bigint) AS d
              JOIN resetd.account AS a ON a.email_key = d.email_key
             ORDER BY d.email_key COLLATE "C", a.kind, a.login_id
            """)
        var shared: [SharedAddress] = []
        for row in rows {
            let key: String = try row.get("email_key")
            let account = try Account(row)
            // By bytes: an address that looks the same need not be.
            if let last = shared.last, last.address.utf8.elementsEqual(key.utf8) {
                shared[shared.count - 1] = SharedAddress(address: key, accounts: last.accounts + [account])
            } else {
                shared.append(SharedAddress(address: key, accounts: [account]))
            }
        }
        let shown = Array(shared.prefix(Self.pageLength))
        return Page(entries: shown, next: shared.count > Self.pageLength ? shown.last?.address : nil)
    }

    /// Keys of addresses that more than one account has, and how many have each.
    package static let sharedAddresses: Statement = """
        SELECT s.email_key, count(*) AS accounts
          FROM resetd.account AS s
         WHERE s.email_key <> ''
         GROUP BY s.email_key
        HAVING count(*) > 1
        """

    private static func time(_ column: Statement) -> Statement {
        "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
    }
}
