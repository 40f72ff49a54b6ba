import Postgres
import TestSupport
import Testing

/// Which requests are settled in the claim, why, and which reason is told when there are several.
@Suite(.database, .timeLimit(.minutes(10)))
struct ClaimReasonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let email: String
        let kind: String?
        let reason: String?

        init(_ email: String, kind: String? = nil, _ reason: String?) {
            self.email = email
            self.kind = kind
            self.reason = reason
        }

        var testDescription: String { "\(email) \(kind ?? "either")" }
    }

    /// Every login says what is the matter with it.
    private static let people = """
        INSERT INTO directory.users (login_id, email, access, disabled) VALUES
            ('good', 'good@example.org', '{professional}', false),
            ('app', 'app@example.org', '{mobile,app}', false),
            ('mobile', 'mobile@example.org', '{mobile}', false),
            ('none', 'none@example.org', '{}', false),
            ('off', 'off@example.org', '{professional}', true),
            ('off-mobile', 'off-mobile@example.org', '{mobile}', true),
            ('crlf', E'crlf@example.org\\r\\nRCPT TO:<evil@example.net>', '{professional}', false),
            ('crlf-key', E'inner\\r\\n@example.org', '{professional}', true),
            ('local', 'local-without-domain', '{professional}', true),
            ('two-1', 'Two@example.org', '{professional}', false),
            ('two-2', 'two@EXAMPLE.org ', '{professional}', false),
            ('two-off-1', 'two-off@example.org', '{professional}', false),
            ('two-off-2', 'two-off@example.org', '{professional}', true),
            ('two-mobile-1', 'two-mobile@example.org', '{professional}', false),
            ('two-mobile-2', 'two-mobile@example.org', '{mobile}', false),
            ('both', 'both@example.org', '{professional}', false),
            ('both-off', 'both-off@example.org', '{professional}', false),
            ('many-1', 'many@example.org', '{}', true), ('many-2', 'many@example.org', '{}', true),
            ('many-3', 'many@example.org', '{}', true), ('bare', NULL, '{professional}', false);
        INSERT INTO directory.contacts (login_id, email, portal_access, disabled) VALUES
            ('contact', 'contact@example.org', true, false),
            ('portal-less', 'portal-less@example.org', false, false),
            ('off', 'contact-off@example.org', true, true),
            ('both', 'BOTH@example.org', true, false),
            ('both-off', 'both-off@example.org', false, true),
            ('pair-1', 'pair@example.org', true, false), ('pair-2', 'pair@example.org', true, false),
            ('bare', NULL, true, false), ('empty', '', true, false);
        """

    static let cases: [Case] = [
        Case("good@example.org", nil), Case("good@example.org", kind: "user", nil), Case(" GOOD@Example.org\n", nil),
        Case("good@example.org", kind: "contact", "unknown_email"), Case("app@example.org", nil),
        Case("contact@example.org", nil), Case("contact@example.org", kind: "contact", nil),
        Case("contact@example.org", kind: "user", "unknown_email"),
        // As asked for.
        Case("", "invalid_email"), Case("good", "invalid_email"), Case("good@example.org\r\nx: y", "invalid_email"),
        Case("good@example.org,contact@example.org", "invalid_email"), Case("<good@example.org>", "invalid_email"),
        Case("local-without-domain", "invalid_email"), Case("inner\r\n@example.org", "invalid_email"),
        Case("crlf@example.org\r\nRCPT TO:<evil@example.net>", "invalid_email"),
        // Unknown.
        Case("nobody@example.org", "unknown_email"), Case("good+x@example.org", "unknown_email"),
        Case("go.od@example.org", "unknown_email"), Case("crlf@example.org", "unknown_email"),
        // Shared: disabled and powerless sharers count, within a kind and across both.
        Case("two@example.org", "duplicate_email"), Case("two@example.org", kind: "user", "duplicate_email"),
        Case("two-off@example.org", "duplicate_email"), Case("two-mobile@example.org", "duplicate_email"),
        Case("many@example.org", "duplicate_email"), Case("pair@example.org", kind: "contact", "duplicate_email"),
        Case("pair@example.org", kind: "user", "unknown_email"), Case("both@example.org", "duplicate_email"),
        Case("both@example.org", kind: "user", nil), Case("both@example.org", kind: "contact", nil),
        Case("both-off@example.org", "duplicate_email"), Case("both-off@example.org", kind: "user", nil),
        Case("both-off@example.org", kind: "contact", "disabled"),
        // One account, and it cannot.
        Case("off@example.org", "disabled"), Case("off-mobile@example.org", "disabled"),
        Case("contact-off@example.org", "disabled"), Case("mobile@example.org", "not_recoverable"),
        Case("none@example.org", "not_recoverable"), Case("portal-less@example.org", "not_recoverable"),
    ]

    @Test func `every request has its reason, and one batch may hold them all`() async throws {
        var claim = try await Claimer.open()
        (claim.interval, claim.hourly) = ("0 seconds", 0)
        try await claim.script(Self.people)
        for one in Self.cases {
            try await claim.connection.execute(
                "INSERT INTO resetd.outbox (email, account_kind) VALUES (\(one.email), \(one.kind))")
        }
        let answers = try await claim()
        try #require(answers.count == Self.cases.count)
        for (one, answer) in zip(Self.cases, answers) {
            #expect(answer.reason == one.reason, "\(one.testDescription)")
            #expect(answer.state == (one.reason == nil ? "sending" : "rejected"), "\(one.testDescription)")
        }
        let kept = try await claim.connection.execute("SELECT state, reason FROM resetd.outbox ORDER BY id")
        #expect(try kept.map { try $0.optional("reason", as: String.self) } == Self.cases.map(\.reason))
        // Nothing that was settled bears a link; whom a shared address belongs to is not said.
        let odd = try await claim.connection.execute(
            """
            SELECT id FROM resetd.outbox
             WHERE state = 'rejected' AND (minted_at IS NOT NULL OR expires_at IS NOT NULL OR claimed_by IS NOT NULL OR fence <> 0)
                OR reason = 'duplicate_email' AND account_id IS NOT NULL
                OR state = 'sending' AND account_id IS NULL
            """)
        #expect(odd.isEmpty)
    }

    /// Rows that come with their account: the console's links and renewals.
    @Test func `a row that bears its account is resolved by it, and a shared address refused all the same`()
        async throws
    {
        var claim = try await Claimer.open()
        (claim.interval, claim.hourly) = ("0 seconds", 0)
        try await claim.script(Self.people)
        let logins: [(String, String, String?)] = [
            ("good", "user", nil), ("two-1", "user", "duplicate_email"), ("both", "user", nil),
            ("crlf", "user", "invalid_email"),
            ("off", "user", "disabled"), ("mobile", "user", "not_recoverable"),
            ("pair-2", "contact", "duplicate_email"),
            ("portal-less", "contact", "not_recoverable"), ("bare", "user", "invalid_email"),
            ("empty", "contact", "invalid_email"),
            ("local", "user", "invalid_email"),
        ]
        for (login, kind, _) in logins {
            try await claim.connection.execute(
                """
                INSERT INTO resetd.outbox (email, account_kind, account_id)
                SELECT 'typed@example.org', \(kind), account_id FROM resetd.account WHERE login_id = \(login) AND kind = \(kind)
                """)
        }
        #expect(try await claim().map(\.reason) == logins.map(\.2))
        #expect(try await claim.outbox("sent_to") == ["good@example.org"])
    }

    @Test func `notices are not limited, and a disabled or powerless owner is told as well`() async throws {
        let claim = try await Claimer.open()
        try await claim.script(Self.people)
        for login in ["off", "mobile", "none", "good", "good", "good", "good", "good", "good", "good", "two-1", "crlf"]
        {
            try await claim.connection.execute(
                """
                INSERT INTO resetd.outbox (email, account_kind, purpose, account_id)
                SELECT 'good@example.org', kind, 'password_changed', account_id
                  FROM resetd.account WHERE login_id = \(login) AND kind = 'user'
                """)
        }
        #expect(
            try await claim().map(\.reason) == Array(repeating: nil, count: 10) + ["duplicate_email", "invalid_email"])
        #expect(try await claim.outbox("message_id IS NOT NULL, expires_at, key_id", id: 4) == ["t", nil, "1"])
        // And they do not use up what links are allowed.
        try await claim.script("INSERT INTO resetd.outbox (email) VALUES ('good@example.org')")
        #expect(try await claim() == [.init(13, "sending")])
    }
}
