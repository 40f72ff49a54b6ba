internal import HTTPTypes
internal import PasswordReset
internal import Presentation

/// `/admin/…`: where global administrators help people whom no mail helps.
///
/// Whoever is not signed in is led to the sign-in, whatever they ask for there.
struct Console: Sendable {
    private let desk: ConsoleDesk
    private let pages: ConsolePages
    private let gate: ConsoleGate
    private let policy: PasswordPolicy

    /// - Throws: when a template is broken.
    init(_ settings: WebSettings, desk: ConsoleDesk) throws {
        self.desk = desk
        pages = try ConsolePages(
            base: settings.linkBase.path, brand: settings.brands[.user], words: settings.looks().languages.words("en"))
        gate = ConsoleGate(
            sessions: desk.sessions, cookie: ConsoleCookie(isSecure: settings.linkBase.isSecure), pages: pages)
        policy = PasswordPolicy(minimumLength: settings.minimumPasswordLength)
    }

    var routes: [Route] {
        pagesAndActs.map(answeringGET) + unknown
    }

    private var pagesAndActs: [Route] {
        ConsoleSignIn(gate: gate, pages: pages).routes
            + ConsoleLists(directory: desk.directory, gate: gate, pages: pages).routes
            + AccountKind.allCases.flatMap { kind in
                ConsoleAccount(
                    kind: kind, credentials: desk.credentials, directory: desk.directory, gate: gate, pages: pages,
                    policy: policy
                ).routes
            }
            + ConsoleHistory(directory: desk.directory, gate: gate, pages: pages).routes
    }

    /// The address of a form that was refused may be asked for again, by a key: that is no way out of the console.
    private func answeringGET(_ route: Route) -> Route {
        guard route.handlers[.get] == nil else { return route }
        let refuse = gate.page { _ in throw Refusal.wrongMethod(allowed: route.methods) }
        return Route(route.pattern, limit: route.limit, gate: route.gate, route.handlers.merging([.get: refuse]) { $1 })
    }

    /// Where there is nothing: whoever is signed in stays in the console, and others see no more than that they are not.
    private var unknown: [Route] {
        ["/admin/{page}", "/admin/{page}/{id}", "/admin/{page}/{id}/{act}"].map { pattern in
            let refuse = gate.page { _ in throw Refusal.notFound }
            return Route(pattern, [.get: refuse, .post: refuse])
        }
    }
}
