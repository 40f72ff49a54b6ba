/// Why a schema cannot be worked with.
package enum SchemaError: Error, Equatable, CustomStringConvertible {
    case absent
    case tooOld(at: Int, wanted: Int)
    case tooNew(at: Int, known: Int)
    case altered(Int)
    case encoding(String)

    package var description: String {
        switch self {
        case .absent: "the database has no resetd schema; run 'resetd migrate'"
        case .tooOld(let at, let wanted):
            "the database's resetd schema is at version \(at), this resetd needs \(wanted); run 'resetd migrate'"
        case .tooNew(let at, let known):
            "the database's resetd schema is at version \(at), this resetd knows only up to \(known); upgrade resetd"
        case .altered(let version):
            "migration \(version) was applied from another text than this resetd has; the schema is not what it seems"
        case .encoding(let encoding):
            "the database is encoded in \(encoding); expected UTF8, which addresses need to be compared rightly"
        }
    }
}
