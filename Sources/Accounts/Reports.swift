package import PasswordReset
import Postgres

/// "This was not me": what the reader of a mail can do about it, with the mail's own link.
extension ResetLinks {
    /// How such a link stands. Changes nothing: mail scanners open it too.
    package func standing(ofReport text: String) async throws -> ReportStanding {
        guard let token = Token(text, keys: keys, for: .notMe) else { return .foreign }
        guard token.expiresAt > clock.now, let mail = try await pool.withConnection({ try await find(token, on: $0) })
        else { return .expired }
        return .open(mail.owner, locks: mail.isNotice)
    }

    /// Cancels the account's open links and, from a notice, also locks the account until an administrator or a reset by
    /// mail ends that. Once for each mail: whoever finds an old one cannot lock anybody out again.
    ///
    /// One transaction, with locks in the order of everywhere: the account, then its rows by id. A death before its COMMIT
    /// leaves all as it was, and the link can be used again.
    package func report(_ text: String, from clientAddress: String?) async throws -> ReportOutcome {
        guard let token = Token(text, keys: keys, for: .notMe) else { return .foreign }
        guard token.expiresAt > clock.now else { return .expired }
        let actor = Actor.notMe(from: clientAddress)
        return try await pool.transaction { connection in
            guard let mail = try await find(token, on: connection), try await mail.account.lock(on: connection) else {
                return .expired
            }
            let (kind, id) = (mail.account.kind.rawValue, mail.account.id)
            let rows = try await connection.execute(
                """
                WITH held AS (
                    SELECT o.id, o.reported_at
                      FROM resetd.outbox AS o
                     WHERE o.id = ANY (ARRAY(SELECT resetd.open_links(\(kind), \(id))) || \(token.requestID)::bigint)
                     ORDER BY o.id
                       FOR NO KEY UPDATE
                ), reported AS (
                    SELECT FROM held AS h WHERE h.id = \(token.requestID)::bigint AND h.reported_at IS NULL
                )
                UPDATE resetd.outbox AS o
                   SET reported_at = CASE WHEN o.id = \(token.requestID)::bigint THEN clock_timestamp()
                                          ELSE o.reported_at END,
                       state = CASE WHEN o.purpose = 'reset_link' AND o.redeemed_at IS NULL THEN 'cancelled'
                                    ELSE o.state END,
                       reason = CASE WHEN o.purpose = 'reset_link' AND o.redeemed_at IS NULL THEN 'not_me'
                                     ELSE o.reason END,
                       claimed_by = CASE WHEN o.purpose = 'reset_link' AND o.redeemed_at IS NULL THEN NULL
                                         ELSE o.claimed_by END
                  FROM held AS h
                 WHERE o.id = h.id
                   AND EXISTS (SELECT FROM reported)
                RETURNING o.id
                """)
            guard !rows.isEmpty else { return .alreadyReported(mail.owner) }
            try await connection.execute(
                Audit.insert(actor, .reported, mail.account, requestID: token.requestID, detail: ["mail": mail.purpose])
            )
            if mail.isNotice {
                try await CredentialChange(account: mail.account, actor: actor, connection: connection)
                    .setLocked(true, requestID: token.requestID)
            }
            return .reported(mail.account, mail.owner, mail: mail.purpose)
        }
    }

    private struct ReportedMail: Sendable {
        let account: AccountID
        let owner: LinkOwner
        let purpose: String

        /// Of a change that was made: somebody who did not make it has lost the account, or is about to.
        var isNotice: Bool { purpose != Purpose.resetLink.rawValue }
    }

    private func find(_ token: Token, on connection: Connection) async throws -> ReportedMail? {
        let rows = try await connection.execute(
            """
            SELECT o.resolved_kind, o.account_id, o.purpose, coalesce(a.locale, o.locale) AS locale
              FROM resetd.outbox AS o
              LEFT JOIN resetd.account AS a ON a.kind = o.resolved_kind AND a.account_id = o.account_id
             WHERE o.id = \(token.requestID)
               AND o.minted_at IS NOT NULL
               AND o.account_id IS NOT NULL
            """)
        return try rows.first.flatMap { row in
            guard let kind = try row.optional("resolved_kind").flatMap(AccountKind.init(rawValue:)) else { return nil }
            return ReportedMail(
                account: AccountID(kind, try row.get("account_id")),
                owner: LinkOwner(kind: kind, locale: try row.optional("locale")), purpose: try row.get("purpose"))
        }
    }
}

/// How a link stands by which somebody says that it was not they.
package enum ReportStanding: Sendable, Equatable {
    case foreign
    case expired
    /// Whether using it locks the account.
    case open(LinkOwner, locks: Bool)
}

/// What came of using one.
package enum ReportOutcome: Sendable, Equatable {
    case foreign
    case expired
    /// - Parameter mail: the purpose of the mail that it stood in.
    case reported(AccountID, LinkOwner, mail: String)
    case alreadyReported(LinkOwner)
}
