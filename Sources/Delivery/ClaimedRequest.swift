package import PasswordReset
import Postgres

/// A row of the outbox that this daemon has leased, with all that its mail needs.
package struct ClaimedRequest: Sendable {
    /// What every later statement on the row tests, besides the session and the state.
    package struct Lease: Sendable, Hashable {
        package let id: Int64
        package let fence: Int64

        /// As the journal notes it.
        func record(of session: DaemonSession) -> Journal.Record {
            Journal.Record(id: id, fence: fence, session: session.number)
        }
    }

    package let lease: Lease
    /// As stored; an unknown word is settled when no template is found for it.
    package let purpose: String
    package let attempts: Int
    package let kind: AccountKind
    package let loginID: String
    package let fullName: String
    /// The address stored with the account, never the one typed.
    package let email: String
    package let locale: String?
    package let messageID: String
    /// Unix seconds by the database's clock, like ``expiresAt``: the same for every try of the same mail.
    package let madeAt: Int64
    /// What signs the mail's links.
    package let keyID: UInt16?
    /// For a reset link alone.
    package let expiresAt: Int64?
}

extension ClaimedRequest {
    init(_ row: Row, _ lease: Lease) throws(PostgresError) {
        guard let kind = AccountKind(rawValue: try row.get("kind")) else {
            throw PostgresError(.decoding, "resetd.account has a kind that is neither user nor contact")
        }
        self.lease = lease
        purpose = try row.get("purpose")
        attempts = try row.get("attempts")
        self.kind = kind
        loginID = try row.optional("login_id") ?? ""
        fullName = try row.optional("full_name") ?? ""
        email = try row.get("email")
        locale = try row.optional("locale")
        messageID = try row.get("message_id")
        // It becomes a header as it is.
        guard messageID.utf8.allSatisfy({ 0x21...0x7E ~= $0 }), messageID.utf8.count <= 900 else {
            throw PostgresError(.decoding, "the Message-ID is none")
        }
        madeAt = try row.get("made_at")
        keyID = try row.optional("key_id")
        expiresAt = try row.optional("expires_at")
    }
}
