import Demo
import Foundation
import Postgres
import TestSupport
import Testing

/// Every system, and every way in which it changes a password: through the daemon's own doors, and nothing else.
@Suite(.database, .timeLimit(.minutes(5)))
struct SystemsTests {
    private let new = "violet-anchor-teapot-7319"

    // MARK: Administration console, and the same on the web

    @Test func `Console and Professional: a Global Administrator sets a user's password`() async throws {
        try await Systems.run { site in
            let console = try await site.console()
            let answer = try await console.submit(
                "/admin/users/2/password", of: "/admin/users/2", [("password", new), ("confirmation", new)])
            #expect(answer.status == 303)
            #expect(try await site.value("SELECT password_change_required FROM directory.users WHERE id = 2") == "t")
            #expect(
                try await site.changePassword("user", "mary", from: new, to: "another velvet orbit 28").status == 204)
        }
    }

    @Test func `Console: a Global Administrator unlocks a user's account`() async throws {
        try await Systems.run(more: "lockout: { failures: 2, duration: 0s }") { site in
            for _ in 0..<2 { #expect(try await site.changePassword("user", "mary", from: "no", to: new).status == 401) }
            #expect(try await site.changePassword("user", "mary", from: Systems.password, to: new).status == 423)
            let answer = try await site.console().submit("/admin/users/2/unlock", of: "/admin/users/2")
            #expect(answer.status == 303)
            #expect(try await site.changePassword("user", "mary", from: Systems.password, to: new).status == 204)
        }
    }

    @Test func `Console and Portal: a Global Administrator finds a client's contact and sets the password`()
        async throws
    {
        try await Systems.run { site in
            let console = try await site.console()
            #expect(try await console.page("/admin/clients?q=harb").contains("/admin/clients/1"))
            #expect(try await console.page("/admin/clients/1").contains("/admin/contacts/1"))
            let answer = try await console.submit(
                "/admin/contacts/1/password", of: "/admin/contacts/1", [("password", new), ("confirmation", new)])
            #expect(answer.status == 303)
            #expect(
                try await site.changePassword("contact", "ana", from: new, to: "another velvet orbit 28").status == 204)
        }
    }

    @Test func `Console and Portal: a Global Administrator changes a contact's login ID, and the owner is told`()
        async throws
    {
        try await Systems.run { site in
            let console = try await site.console()
            let answer = try await console.submit(
                "/admin/contacts/1/login", of: "/admin/contacts/1", [("login", "ana2")])
            #expect(answer.status == 303)
            let notice = try await site.relay.waitForMails(1)[0]
            #expect(notice.recipients == ["ana@example.com"])
            #expect(notice.text.contains("sign in as: ana2"))
            let taken = try await console.submit(
                "/admin/contacts/1/login", of: "/admin/contacts/1", [("login", "office1")])
            #expect(taken.status == 409)
            #expect(try await site.changePassword("contact", "ana2", from: Systems.password, to: new).status == 204)
        }
    }

    @Test func `Console: a Global Administrator sends a reset link instead`() async throws {
        try await Systems.run { site in
            let answer = try await site.console().submit("/admin/contacts/1/reset-link", of: "/admin/contacts/1")
            #expect(answer.status == 303)
            #expect(try await site.relay.waitForMails(1)[0].text.contains("/reset/"))
        }
    }

    // MARK: Professional

    @Test func `Professional: a user resets a forgotten password by mail`() async throws {
        try await Systems.run { site in try await site.resetByMail("mary.baker@example.org", kind: "user", to: new) }
    }

    @Test func `Professional: a user changes it with the current one, from the profile page`() async throws {
        try await Systems.run { site in
            func form(_ current: String) -> [(String, String)] {
                [("kind", "user"), ("login", "mary"), ("current", current), ("password", new), ("confirmation", new)]
            }
            let page = try await site.web.get("/password")
            #expect(page.status == 200)
            #expect(try await site.web.post("/password", form: form("wrong")).status == 401)
            #expect(try await site.web.post("/password", form: form(Systems.password)).status == 303)
            #expect(try await site.relay.waitForMails(1)[0].text.contains("Subject: Your password was changed"))
        }
    }

    // MARK: Mobile

    @Test func `Mobile: a user changes the password with the current one`() async throws {
        try await Systems.run { site in
            let answer = try await site.changePassword("user", "mo", from: Systems.password, to: new, client: "mobile")
            #expect(answer.status == 204)
        }
    }

    @Test(arguments: [true, false])
    func `Mobile: a user changes the PIN, whether or not the home screen may be edited`(mayEdit: Bool) async throws {
        try await Systems.run { site in
            try await site.database.execute("UPDATE directory.users SET edit_home_screen = \(mayEdit)")
            #expect(try await site.changePIN("mo", from: "000000", to: "048151", client: "mobile").status == 401)
            #expect(try await site.changePIN("mo", from: Systems.pin, to: "123456", client: "mobile").status == 422)
            #expect(try await site.changePIN("mo", from: Systems.pin, to: "048151", client: "mobile").status == 204)
            #expect(try await site.changePIN("mo", from: "048151", to: "730294", client: "mobile").status == 204)
        }
    }

    @Test func `Mobile: somebody whose only access it is gets no mail, and is told to ask an administrator`()
        async throws
    {
        try await Systems.run { site in
            #expect(try await site.web.get("/forgot").body.contains("ask an administrator"))
            let mobile = try await site.web.post("/forgot", form: [("email", "mo.field@example.org")])
            let nobody = try await site.web.post("/forgot", form: [("email", "nobody@example.org")])
            #expect(mobile.status == 200 && mobile.body == nobody.body)
            while try await site.value("SELECT count(*) FROM resetd.outbox WHERE state <> 'rejected'") != "0" {}
            #expect(try await site.value("SELECT reason FROM resetd.outbox ORDER BY id LIMIT 1") == "not_recoverable")
            #expect(site.relay.mails.isEmpty)
        }
    }

    // MARK: App

    @Test func `App: a user changes password and PIN from version 20.1.11 on, and older ones are refused`() async throws
    {
        try await Systems.run { site in
            let old = try await site.changePassword(
                "user", "tim", from: Systems.password, to: new, client: "app", version: "20.1.9")
            #expect(old.status == 426)
            #expect(old.body.contains("20.1.11"))
            for version in ["20.1.11", "20.2", "21.1.3"] {
                let answer = try await site.changePIN(
                    "tim", from: "no", to: "048151", client: "app", version: version)
                #expect(answer.status == 401, "\(version)")
            }
            let changed = try await site.changePassword(
                "user", "tim", from: Systems.password, to: new, client: "app", version: "20.1.11")
            #expect(changed.status == 204)
            let pin = try await site.changePIN(
                "tim", from: Systems.pin, to: "048151", client: "app", version: "20.1.11")
            #expect(pin.status == 204)
        }
    }

    // MARK: Portal

    @Test func `Portal: a contact resets a forgotten password by mail, and those who share an address do not`()
        async throws
    {
        try await Systems.run { site in
            try await site.resetByMail("ana@example.com", kind: "contact", to: new)
            _ = try await site.web.post("/forgot", form: [("email", "office@example.com"), ("kind", "contact")])
            while try await site.value("SELECT count(*) FROM resetd.outbox WHERE reason = 'duplicate_email'") != "1" {}
        }
    }

    @Test func `Portal: a contact changes it with the current one`() async throws {
        try await Systems.run { site in
            let answer = try await site.changePassword(
                "contact", "ana", from: Systems.password, to: new, client: "portal")
            #expect(answer.status == 204)
        }
    }
}
