internal import Accounts
internal import HTTPTypes
internal import PasswordReset

/// Users, contacts and clients: searched by beginnings of words, a page at a time.
struct ConsoleLists: Sendable {
    let directory: Directory
    let gate: ConsoleGate
    let pages: ConsolePages

    var routes: [Route] {
        [
            Route("/admin/users", [.get: gate.page { try await accounts(.user, $0) }]),
            Route("/admin/contacts", [.get: gate.page { try await accounts(.contact, $0) }]),
            Route("/admin/clients", [.get: gate.page(clients)]),
            Route("/admin/clients/{id}", [.get: gate.page(client)]),
        ]
    }

    private func accounts(_ kind: AccountKind, _ visit: ConsoleVisit) async throws -> Answer {
        let query = try visit.query
        let section = ConsolePages.Section(kind)
        let page = try await directory.accounts(kind, words: query.text("q"), after: query.text("after"))
        var fields = list(page, at: section.rawValue, query)
        fields["accounts"] = page.entries.map { pages.row($0) }
        return .html(pages.page("accounts", section.name, in: section, for: visit, fields))
    }

    @Sendable private func clients(_ visit: ConsoleVisit) async throws -> Answer {
        let query = try visit.query
        let page = try await directory.clients(words: query.text("q"), after: query.text("after"))
        var fields = list(page, at: "clients", query)
        fields["clients"] = page.entries.map { pages.row($0) }
        return .html(pages.page("clients", "Clients", in: .clients, for: visit, fields))
    }

    /// The contacts of one client.
    @Sendable private func client(_ visit: ConsoleVisit) async throws -> Answer {
        let id = try visit.id
        let query = try visit.query
        guard let client = try await directory.client(id) else {
            return pages.refusal(.notFound, in: .clients, for: visit)
        }
        let page = try await directory.accounts(
            .contact, words: query.text("q"), client: id, after: query.text("after"))
        var fields = list(page, at: "clients/\(PercentCode.encode(id))", query)
        fields["accounts"] = page.entries.map { pages.row($0) }
        let title = "Contacts of \(client.accountNumber) \(client.name)"
        return .html(pages.page("accounts", title, in: .clients, for: visit, fields))
    }

    /// The field of search, and the ways to the next page and to the first.
    private func list<Entry>(
        _ page: Directory.Page<Entry>, at path: String, _ query: Query
    ) -> ConsolePages.Fields {
        var fields: ConsolePages.Fields = [
            "action": pages.path(path), "q": query.text("q") ?? "", "isEmpty": page.entries.isEmpty,
        ]
        if let next = page.next { fields["next"] = pages.path(path, ["q": query.text("q"), "after": next]) }
        if query.text("after") != nil { fields["first"] = pages.path(path, ["q": query.text("q")]) }
        return fields
    }
}
