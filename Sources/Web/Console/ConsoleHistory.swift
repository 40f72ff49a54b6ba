internal import Accounts
internal import HTTPTypes
internal import PasswordReset

/// What became of requests, who shares an address, and who did what: newest first, a page at a time.
struct ConsoleHistory: Sendable {
    /// `resetd.outbox.state`.
    private static let states = ["queued", "sending", "sent", "rejected", "failed", "cancelled"]

    let directory: Directory
    let gate: ConsoleGate
    let pages: ConsolePages

    var routes: [Route] {
        [
            Route("/admin/requests", [.get: gate.page(requests)]),
            Route("/admin/duplicates", [.get: gate.page(duplicates)]),
            Route("/admin/audit", [.get: gate.page(audit)]),
        ]
    }

    @Sendable private func requests(_ visit: ConsoleVisit) async throws -> Answer {
        let query = try visit.query
        let (state, reason, address) = (query.text("state"), query.text("reason"), query.text("address"))
        let before = try query.number("before")
        let page = try await directory.requests(state: state, reason: reason, address: address, before: before)
        func path(before: String?) -> String {
            pages.path("requests", ["state": state, "reason": reason, "address": address, "before": before])
        }
        var fields: ConsolePages.Fields = [
            "states": Self.states.map { ["word": $0, "isChosen": $0 == state] as ConsolePages.Fields },
            "chosenReason": reason ?? "", "chosenAddress": address ?? "",
            "requests": page.entries.map { pages.row($0) }, "isEmpty": page.entries.isEmpty,
        ]
        if let next = page.next { fields["next"] = path(before: next) }
        if before != nil { fields["first"] = path(before: nil) }
        return .html(pages.page("requests", "Requests", in: .requests, for: visit, fields))
    }

    @Sendable private func duplicates(_ visit: ConsoleVisit) async throws -> Answer {
        let after = try visit.query.text("after")
        let page = try await directory.duplicates(after: after)
        var fields: ConsolePages.Fields = [
            "shared": page.entries.flatMap { shared in
                shared.accounts.map { pages.row($0).merging(["address": shared.address]) { $1 } }
            },
            "isEmpty": page.entries.isEmpty,
        ]
        if let next = page.next { fields["next"] = pages.path("duplicates", ["after": next]) }
        if after != nil { fields["first"] = pages.path("duplicates") }
        return .html(pages.page("duplicates", "Shared addresses", in: .duplicates, for: visit, fields))
    }

    @Sendable private func audit(_ visit: ConsoleVisit) async throws -> Answer {
        let query = try visit.query
        let before = try query.number("before")
        let id = query.text("account")
        // A kind alone is nobody's: the field beside it was left empty.
        let account = try id.map { id throws(Refusal) in
            guard let kind = query.text("kind").flatMap(AccountKind.init(rawValue:)) else { throw .malformed }
            return AccountID(kind, id)
        }
        let page = try await directory.audit(of: account, before: before)
        func path(before: String?) -> String {
            pages.path("audit", ["kind": account?.kind.rawValue, "account": account?.id, "before": before])
        }
        var fields: ConsolePages.Fields = [
            "kinds": AccountKind.allCases.map {
                ["word": $0.rawValue, "isChosen": $0 == account?.kind] as ConsolePages.Fields
            },
            "chosenAccount": id ?? "", "entries": page.entries.map { pages.row($0) }, "isEmpty": page.entries.isEmpty,
        ]
        if let next = page.next { fields["next"] = path(before: next) }
        if before != nil { fields["first"] = path(before: nil) }
        return .html(pages.page("audit", "Audit", in: .audit, for: visit, fields))
    }
}
