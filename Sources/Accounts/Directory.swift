package import PasswordReset
package import Postgres

/// What the console looks through: accounts, clients, requests and the audit, a page at a time.
///
/// A page begins after a key, so that the thousandth costs what the first does.
package struct Directory: Sendable {
    let pool: Pool

    package static let pageLength = 50

    package init(pool: Pool) {
        self.pool = pool
    }

    package struct Page<Entry: Sendable>: Sendable {
        package let entries: [Entry]
        /// Where the next page begins; nil after the last.
        package let next: String?
    }

    /// Accounts in the order of their logins.
    ///
    /// - Parameters:
    ///   - words: beginnings of words of login, name or address, all of which must be there.
    ///   - client: contacts of this client alone.
    ///   - after: the account that the page before ended with.
    package func accounts(
        _ kind: AccountKind, words: String?, client: String? = nil, after: String?
    ) async throws -> Page<Account> {
        var conditions: Statement = "a.kind = \(kind.rawValue)"
        if let words, !words.isEmpty { conditions = "\(conditions) AND a.search @@ resetd.search_query(\(words))" }
        if let client {
            conditions = """
                \(conditions) AND a.account_id IN (SELECT cc.account_id
                                                     FROM resetd.client_contact AS cc
                                                    WHERE cc.client_id = \(client))
                """
        }
        if let after {
            conditions = """
                \(conditions)
                   AND (a.login_id, a.account_id) > (SELECT p.login_id, p.account_id
                                                       FROM resetd.account AS p
                                                      WHERE p.kind = \(kind.rawValue) AND p.account_id = \(after))
                """
        }
        let rows = try await pool.execute(
            """
            SELECT \(Account.columns)
              FROM resetd.account AS a
             WHERE \(conditions)
             ORDER BY a.login_id, a.account_id
             LIMIT \(Self.pageLength + 1)::bigint
            """)
        return try page(rows, key: "account_id") { try Account($0) }
    }

    package func account(_ account: AccountID) async throws -> Account? {
        try await pool.withConnection { try await Account.find(account, on: $0) }
    }

    /// Whether another account has this one's address: then neither can be reset by mail.
    package func sharesAddress(_ account: Account) async throws -> Bool {
        let rows = try await pool.execute(
            """
            SELECT FROM resetd.account AS a
             WHERE a.email_key = resetd.email_key(\(account.email)) AND a.email_key <> ''
             LIMIT 2
            """)
        return rows.count > 1
    }

    package struct Client: Sendable {
        package let id: String
        package let accountNumber: String
        package let name: String

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("client_id")
            accountNumber = try row.optional("account_number") ?? ""
            name = try row.optional("name") ?? ""
        }
    }

    /// Clients in the order of their account numbers.
    package func clients(words: String?, after: String?) async throws -> Page<Client> {
        var conditions: Statement = "true"
        if let words, !words.isEmpty { conditions = "c.search @@ resetd.search_query(\(words))" }
        if let after {
            conditions = """
                \(conditions)
                   AND (c.account_number, c.client_id) > (SELECT p.account_number, p.client_id
                                                            FROM resetd.client AS p WHERE p.client_id = \(after))
                """
        }
        let rows = try await pool.execute(
            """
            SELECT c.client_id, c.account_number, c.name
              FROM resetd.client AS c
             WHERE \(conditions)
             ORDER BY c.account_number, c.client_id
             LIMIT \(Self.pageLength + 1)::bigint
            """)
        return try page(rows, key: "client_id") { try Client($0) }
    }

    package func client(_ id: String) async throws -> Client? {
        let rows = try await pool.execute(
            "SELECT c.client_id, c.account_number, c.name FROM resetd.client AS c WHERE c.client_id = \(id)")
        return try rows.first.map { try Client($0) }
    }

    /// The clients that a contact belongs to.
    package func clients(ofContact id: String) async throws -> [Client] {
        try await pool.execute(
            """
            SELECT c.client_id, c.account_number, c.name
              FROM resetd.client_contact AS cc
              JOIN resetd.client AS c ON c.client_id = cc.client_id
             WHERE cc.account_id = \(id)
             ORDER BY c.account_number
             LIMIT 100
            """
        ).map { try Client($0) }
    }

    func page<Entry>(_ rows: [Row], key: String, _ make: (Row) throws -> Entry) throws -> Page<Entry> {
        let shown = rows.prefix(Self.pageLength)
        return Page(
            entries: try shown.map(make),
            next: rows.count > Self.pageLength ? try shown.last?.get(key, as: String.self) : nil)
    }
}
