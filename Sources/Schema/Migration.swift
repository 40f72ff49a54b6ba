import Crypto

/// One forward-only step of the schema, from a file in `SQL/` that is embedded in the binary.
package struct Migration: Sendable, Equatable {
    package let version: Int
    package let name: String
    let sql: String

    /// Whether the daemon can do without it: a step that only tidies up may have to wait for a long report to end.
    package let isTidying: Bool

    /// What the database keeps, to notice a file that was changed after it was applied.
    package let checksum: String

    private init(_ version: Int, _ name: String, _ bytes: [UInt8], isTidying: Bool = false) {
        self.version = version
        self.name = name
        self.isTidying = isTidying
        sql = String(decoding: bytes, as: UTF8.self)
        checksum = SHA256.hash(data: bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// Every step, in order.
    package static let all = [
        Migration(1, "directory", PackageResources.v0001_directory_sql),
        Migration(2, "contract", PackageResources.v0002_contract_sql),
        Migration(3, "outbox", PackageResources.v0003_outbox_sql),
        Migration(4, "claim", PackageResources.v0004_claim_sql),
        Migration(5, "cheaper claim", PackageResources.v0005_cheaper_claim_sql),
        Migration(6, "retire account index", PackageResources.v0006_retire_account_index_sql, isTidying: true),
        Migration(7, "credentials", PackageResources.v0007_credentials_sql),
        Migration(8, "notices", PackageResources.v0008_notices_sql),
        Migration(9, "refusals", PackageResources.v0009_refusals_sql),
        Migration(10, "give up", PackageResources.v0010_give_up_sql),
    ]
}
