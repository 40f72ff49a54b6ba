import PasswordReset
import Postgres

/// The request that a token names and the account that it was resolved to, as they are now.
struct LinkedRequest: Sendable {
    let id: Int64
    let accountID: String
    let passwordHash: String?
    /// What a password of this account must not be made of.
    let personalWords: [String]
    let standing: LinkStanding

    /// Requests and their accounts.
    static let source: Statement = """
        resetd.outbox AS o
                     JOIN resetd.account AS a ON a.kind = o.resolved_kind AND a.account_id = o.account_id
        """

    /// Whether there ever was a link.
    static let condition: Statement = "o.purpose = 'reset_link' AND o.minted_at IS NOT NULL"

    /// What ended the link of a row, or null.
    ///
    /// - Parameter expiry: of the token, Unix seconds.
    static func end(of expiry: Statement) -> Statement {
        """
        CASE WHEN o.redeemed_at IS NOT NULL THEN 'used'
                        WHEN \(expiry) <= ceil(extract(epoch FROM o.dead_through)) THEN 'cancelled'
                        WHEN o.state IN ('cancelled', 'rejected') AND o.reason IS DISTINCT FROM 'account_changed'
                        THEN 'cancelled'
                        WHEN o.expires_at <= clock_timestamp() THEN 'expired'
                        WHEN o.account_revision IS DISTINCT FROM a.revision
                        THEN CASE WHEN EXISTS (SELECT
                                                 FROM resetd.audit AS act
                                                WHERE act.kind = o.resolved_kind AND act.account_id = o.account_id
                                                  AND act.action = 'password_reset' AND act.at >= o.minted_at)
                                  THEN 'newer_used' ELSE 'changed'
                             END
                   END
        """
    }

    /// What the page of a link needs of its account: the language that its mail was in.
    static let owner: Statement = "a.kind, coalesce(a.locale, o.locale) AS locale"

    /// Of a row that has ``end(of:)`` as `link_end`, and ``owner``.
    static func standing(_ row: Row) throws -> LinkStanding {
        guard let kind = AccountKind(rawValue: try row.get("kind")) else {
            throw PostgresError(.decoding, "resetd.account has a kind that is neither user nor contact")
        }
        let owner = LinkOwner(kind: kind, locale: try row.optional("locale"))
        let end = try row.optional("link_end").flatMap(LinkEnd.init(rawValue:))
        return end.map { .dead($0, owner) } ?? .open(owner)
    }

    /// Nil when the row was purged, or its account deleted: whoever holds the link is told that its time is over.
    static func find(_ token: Token, on connection: Connection) async throws -> LinkedRequest? {
        let rows = try await connection.execute(
            """
            SELECT o.id, \(owner), a.account_id, a.login_id, a.full_name, a.email, a.password_hash,
                   \(end(of: "\(token.expiresAt)::bigint")) AS link_end
              FROM \(source)
             WHERE o.id = \(token.requestID)
               AND \(condition)
            """)
        return try rows.first.map { row in
            LinkedRequest(
                id: try row.get("id"), accountID: try row.get("account_id"),
                passwordHash: try row.optional("password_hash"),
                personalWords: try [row.optional("login_id"), row.optional("full_name"), row.optional("email")]
                    .compactMap(\.self),
                standing: try standing(row))
        }
    }

    static func renewal(of token: Token, from clientAddress: String?, on pool: Pool) async throws -> NewRequest? {
        let rows = try await pool.execute(
            """
            SELECT email, resolved_kind, account_id, locale
              FROM resetd.outbox
             WHERE id = \(token.requestID) AND account_id IS NOT NULL
            """)
        return try rows.first.map { row in
            NewRequest(
                email: try row.get("email"),
                kind: try row.optional("resolved_kind").flatMap(AccountKind.init(rawValue:)),
                locale: try row.optional("locale"),
                clientAddress: clientAddress,
                accountID: try row.get("account_id"))
        }
    }
}
