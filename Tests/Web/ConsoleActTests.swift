@testable import Accounts
import HTTPTypes
import HummingbirdTesting
import PasswordReset
import Postgres
import TestSupport
import Testing

@testable import Web

@Suite(.database) struct ConsoleActTests {
    private static let password =
        "password=\(PercentCode.encode(ConsoleSite.newPassword))&confirmation=\(PercentCode.encode(ConsoleSite.newPassword))"

    @Test(arguments: [(AccountKind.user, "users", "8"), (.contact, "contacts", "21")])
    func `setting a password stores it, asks for another, unlocks and tells the owner`(
        kind: AccountKind, table: String, id: String
    ) async throws {
        try await withConsole { site in
            try await site.script("UPDATE directory.\(table) SET locked_until = 'infinity', failed_attempts = 3")
            try await site.script("UPDATE directory.users SET locked_until = NULL WHERE id = 7")
            let browser = try await site.signIn()
            let path = "/admin/\(table)/\(id)"
            let answer = try await browser.post("\(path)/password", Self.password)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "\(path)?done=password")
            let page = try await browser.get("\(path)?done=password").text
            #expect(page.contains(#"role="status""#))
            #expect(page.contains("must change password"))
            let row = try #require(
                try await site.database.execute(
                    """
                    SELECT password_hash, password_change_required, locked_until
                      FROM resetd.account WHERE kind = \(kind.rawValue) AND account_id = \(id)
                    """
                ).first)
            let hash = try #require(row.texts[0])
            #expect(try StoredHash.verify(Array(ConsoleSite.newPassword.utf8), against: hash))
            #expect(row.texts[1] == "t")
            #expect(row.texts[2] == nil)
            #expect(
                try await site.trail
                    == ["user:7 password_set \(kind.rawValue):\(id)", "user:7 unlocked \(kind.rawValue):\(id)"])
            let notice = try await site.value("SELECT account_id FROM resetd.outbox WHERE purpose = 'password_changed'")
            #expect(notice == id)
        }
    }

    @Test func `setting a PIN stores it and tells the owner`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let answer = try await browser.post("/admin/users/8/pin", "pin=029471&confirmation=029471")
            #expect(answer.headers[.location] == "/admin/users/8?done=pin")
            let hash = try #require(try await site.value("SELECT pin_hash FROM directory.users WHERE id = 8"))
            #expect(try StoredHash.verify(Array("029471".utf8), against: hash))
            #expect(try await site.trail == ["user:7 pin_set user:8"])
            #expect(try await site.value("SELECT account_id FROM resetd.outbox WHERE purpose = 'pin_changed'") == "8")
            let contact = try await browser.post("/admin/contacts/21/pin", "pin=029471&confirmation=029471")
            #expect(contact.status == .notFound)
        }
    }

    @Test func `unlocking ends a lock and forgets failures`() async throws {
        try await withConsole { site in
            try await site.script(
                "UPDATE directory.contacts SET locked_until = now() + interval '1 hour', failed_attempts = 3")
            let browser = try await site.signIn()
            #expect(try await browser.get("/admin/contacts/21").text.contains("locked until 2"))
            let answer = try await browser.post("/admin/contacts/21/unlock")
            #expect(answer.headers[.location] == "/admin/contacts/21?done=unlock")
            let state = try await site.value(
                "SELECT failed_attempts || coalesce(locked_until::text, '') FROM directory.contacts")
            #expect(state == "0")
            #expect(try await site.trail == ["user:7 unlocked contact:21"])
        }
    }

    @Test func `a reset link is queued for the account itself`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let answer = try await browser.post("/admin/contacts/21/reset-link")
            #expect(answer.headers[.location] == "/admin/contacts/21?done=link")
            let row = try await site.value(
                "SELECT concat_ws(' ', purpose, email, account_kind, account_id, requested_by) FROM resetd.outbox")
            #expect(row == "reset_link bob@example.com contact 21 user:7")
            #expect(try await site.trail == ["user:7 link_requested contact:21"])
            try await site.script("UPDATE directory.contacts SET email = NULL")
            let refused = try await browser.post("/admin/contacts/21/reset-link")
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("no address"))
        }
    }

    @Test(arguments: [(AccountKind.user, "users", "8", "ada"), (.contact, "contacts", "21", "cyd")])
    func `another login ID is stored, unless it is taken or none`(
        kind: AccountKind, table: String, id: String, taken: String
    ) async throws {
        try await withConsole { site in
            try await site.script("INSERT INTO directory.contacts (login_id) VALUES ('cyd')")
            let browser = try await site.signIn()
            let path = "/admin/\(table)/\(id)"
            let conflict = try await browser.post("\(path)/login", "login=\(taken)")
            #expect(conflict.status == .conflict)
            #expect(conflict.text.contains("is taken"))
            #expect(conflict.text.contains(#"value="\#(taken)""#))
            for login in ["", "+", "a%00b", "a%E2%80%8Bb", String(repeating: "x", count: 201)] {
                let answer = try await browser.post("\(path)/login", "login=\(login)")
                #expect(answer.status == .unprocessableContent)
            }
            #expect(try await site.trail.isEmpty)
            let answer = try await browser.post("\(path)/login", "login=+n%C3%A9w%2B1+")
            #expect(answer.headers[.location] == "\(path)?done=login")
            let login = try await site.value(
                "SELECT login_id FROM resetd.account WHERE kind = \(kind.rawValue) AND account_id = \(id)")
            #expect(login == "néw+1")
            #expect(try await site.trail == ["user:7 login_changed \(kind.rawValue):\(id)"])
            let notices = try await site.value("SELECT count(*) FROM resetd.outbox WHERE purpose = 'login_changed'")
            #expect(notices == "1")
        }
    }

    @Test func `every broken rule is named beside its field, and nothing is set`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let short = try await browser.post("/admin/users/8/password", "password=ned&confirmation=ned")
            #expect(short.status == .unprocessableContent)
            for text in [
                "Use at least 12 characters.", "made of your name", #"id="password-problems""#,
                #"aria-describedby="password-problems password-note" autofocus aria-invalid="true""#,
            ] { #expect(short.text.contains(text)) }
            #expect(!short.text.contains(#"id="pin-problems""#))
            let differing = try await browser.post("/admin/users/8/password", "password=short&confirmation=Short")
            #expect(differing.status == .unprocessableContent)
            #expect(differing.text.contains("Type the same password in both fields."))
            #expect(differing.text.contains("Use at least 12 characters."))
            let pin = try await browser.post("/admin/users/8/pin", "pin=1234&confirmation=123")
            #expect(pin.status == .unprocessableContent)
            for text in ["Type the same PIN", "Use at least 6 digits", "counts up", #"id="pin-problems""#] {
                #expect(pin.text.contains(text))
            }
            #expect(try await browser.post("/admin/users/8/pin", "pin=1234&confirmation=1234").status.code == 422)
            #expect(try await browser.post("/admin/users/8/pin", "pin=294715").status.code == 422)
            #expect(try await site.trail.isEmpty)
        }
    }

    @Test func `what is refused is a page of the console, from which one goes on or signs out`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            let refused = [
                try await browser.get("/admin/users/8/unlock"), try await browser.get("/admin/nothing"),
                try await browser.get("/admin/users/8/nothing"),
                try await browser.get("/admin/audit?account=21"), try await browser.get("/admin/clients/999"),
                try await site.client.post("/admin/users/8/unlock", form: "token=x", headers: browser.headers),
            ]
            #expect(refused.map(\.status.code) == [405, 404, 404, 422, 404, 403])
            for answer in refused {
                #expect(answer.text.contains(#"action="/admin/sign-out""#) && answer.text.contains(#"role="alert""#))
            }
            #expect(refused[0].headers[.allow] == "POST")
            for path in ["/admin/nothing", "/admin/users/8/unlock"] {
                #expect(try await site.client.get(path).headers[.location] == "/admin/sign-in")
            }
        }
    }

    @Test func `an account that is not there is 404`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            for id in ["999", "none", "%zz", "%00", "ff%2F7"] {
                #expect(try await browser.get("/admin/users/\(id)").status == .notFound)
                #expect(try await browser.post("/admin/users/\(id)/unlock").status == .notFound)
                #expect(try await browser.post("/admin/contacts/\(id)/password", Self.password).status == .notFound)
                let differing = try await browser.post("/admin/users/\(id)/pin", "pin=1&confirmation=2")
                #expect(differing.status == .notFound)
            }
            #expect(try await browser.post("/admin/contacts/8/unlock").status == .notFound)
        }
    }

    @Test func `an administrator who changes the own password signs in anew`() async throws {
        try await withConsole { site in
            let browser = try await site.signIn()
            #expect(try await browser.post("/admin/users/7/password", Self.password).status == .seeOther)
            #expect(try await !browser.isSignedIn)
            #expect(try await site.signIn(password: ConsoleSite.newPassword).isSignedIn)
        }
    }
}
