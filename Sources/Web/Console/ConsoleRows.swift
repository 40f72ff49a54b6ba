internal import Accounts
internal import PasswordReset

/// What the console's templates show of an account and of the trail. A name that a row does not have is looked for in the
/// page about it, so names of rows and of pages differ.
extension ConsolePages {
    func row(_ account: Account) -> Fields {
        [
            "path": path(of: account.account), "loginID": account.loginID, "fullName": account.fullName,
            "email": account.email ?? "", "access": account.access.joined(separator: ", "),
            "kind": account.account.kind.rawValue, "standing": Self.standing(of: account).joined(separator: ", "),
        ]
    }

    func row(_ client: Directory.Client) -> Fields {
        [
            "path": path("clients/\(PercentCode.encode(client.id))"), "accountNumber": client.accountNumber,
            "clientName": client.name,
        ]
    }

    func row(_ request: Directory.Request) -> Fields {
        var row: Fields = [
            "number": request.id, "state": request.state, "reason": request.reason ?? "", "purpose": request.purpose,
            "email": request.email, "requestedBy": request.requestedBy ?? "", "requestedAt": request.requestedAt,
            "sentAt": request.sentAt ?? "", "redeemedAt": request.redeemedAt ?? "",
            "lastReply": request.lastReply ?? "", "hasAccount": false,
        ]
        add(request.kind, request.accountID, to: &row)
        return row
    }

    func row(_ entry: Directory.AuditEntry) -> Fields {
        var row: Fields = [
            "at": entry.at, "actor": entry.actor, "action": entry.action,
            "number": entry.requestID.map { String($0) } ?? "", "clientAddress": entry.clientAddress ?? "",
            "detail": entry.detail ?? "", "hasAccount": false,
        ]
        add(entry.kind, entry.accountID, to: &row)
        return row
    }

    func path(of account: AccountID) -> String {
        path("\(Section(account.kind).rawValue)/\(PercentCode.encode(account.id))")
    }

    private func add(_ kind: String?, _ id: String?, to row: inout Fields) {
        guard let id, let kind = kind.flatMap(AccountKind.init(rawValue:)) else { return }
        row["hasAccount"] = true
        row["account"] = "\(kind.rawValue) \(id)"
        row["path"] = path(of: AccountID(kind, id))
    }

    /// What keeps its owner from signing in or from resetting the password, and what there is to know besides.
    static func standing(of account: Account) -> [String] {
        var standing: [String] = []
        if account.isDisabled { standing.append("disabled") }
        switch account.lockedUntil {
        case "infinity": standing.append("locked until somebody unlocks it")
        case let until?: standing.append("locked until \(until)")
        case nil where account.failedAttempts > 0: standing.append("failed attempts: \(account.failedAttempts)")
        case nil: break
        }
        if account.mustChangePassword { standing.append("must change password") }
        if !account.isRecoverable { standing.append("cannot reset by mail") }
        if account.isGlobalAdministrator { standing.append("global administrator") }
        return standing
    }
}
