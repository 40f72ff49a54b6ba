/// What sort of account has a password: staff (`user`) or a person at a client (`contact`).
///
/// The raw values are the words of `resetd.outbox.account_kind`, of forms, of JSON and of the command line.
package enum AccountKind: String, Sendable, CaseIterable {
    case user
    case contact
}
