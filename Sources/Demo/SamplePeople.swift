/// The people of the demonstration, in the bundled directory; all of their addresses are reserved for examples (RFC
/// 2606).
package enum SamplePeople {
    /// Somebody to try in the demonstration, and what happens to a request for the address.
    struct Trial: Sendable {
        let email: String
        let kind: String
        let result: String
    }

    /// What to type on the page, in the order in which the terminal shows them.
    static let trials = [
        Trial(email: "mary.baker@example.org", kind: "user", result: "a mail with a link"),
        Trial(email: "alex.keeper@example.org", kind: "user", result: "a mail with a link; a Global Administrator"),
        Trial(email: "ana@example.com", kind: "contact", result: "a mail with a link; she works for two clients"),
        Trial(email: "zoe@example.net", kind: "contact", result: "a mail with her name, HTML and all, as plain words"),
        Trial(
            email: "jose@example.net", kind: "contact",
            result: "a mail to José Nuñez in Spanish, the locale of his account"),
        Trial(email: "leila@example.net", kind: "contact", result: "a mail in Arabic"),
        Trial(email: "yuki@example.net", kind: "contact", result: "a mail in Japanese"),
        Trial(email: "office@example.com", kind: "contact", result: "no mail: two contacts share it (duplicate_email)"),
        Trial(email: "mo.field@example.org", kind: "user", result: "no mail: has only Mobile (not_recoverable)"),
        Trial(email: "dora.gone@example.org", kind: "user", result: "no mail: disabled (disabled)"),
        Trial(email: "stranger@example.com", kind: "either", result: "no mail: nobody has it (unknown_email)"),
    ]

    /// Everybody's, in the beginning. Their hashes were made by the argon2 program.
    static let password = "harbour lights at dawn"
    static let pin = "284617"
    private static let passwordHash =
        "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbi5vZi5zYWx0cw$vGwNHRF4fh4EJRt6yEIJ45f4PuOjPZonRSnov14Tvmw"
    private static let pinHash =
        "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbi5vZi5zYWx0cw$+/i7YsPZ/QzfZ4RwKmbTGZ+KM71OH3NY70QqXzxHjY0"

    /// SQL for an empty directory, after `migrate`.
    package static let sql = """
        INSERT INTO directory.users
            (login_id, full_name, email, locale, access, global_administrator, edit_home_screen, disabled)
        VALUES
            ('mary',  'Mary Baker',   'mary.baker@example.org', 'en', '{professional,mobile}', false, true,  false),
            ('admin', 'Alex Keeper',  'alex.keeper@example.org', 'en', '{professional}',       true,  true,  false),
            ('tim',   'Tim Apps',     'Tim.Apps@example.org',   'en', '{mobile,app}',          false, false, false),
            ('mo',    'Mo Field',     'mo.field@example.org',   'en', '{mobile}',              false, false, false),
            ('dora',  'Dora Gone',    'dora.gone@example.org',  'en', '{professional}',        false, false, true),
            ('nomail','Nora Nomail',  NULL,                     'en', '{professional}',        false, false, false);

        INSERT INTO directory.clients (account_number, name)
        VALUES ('C1001', 'Harbour Works'), ('C1002', 'Café Société'), ('C1003', 'North & Sons');

        INSERT INTO directory.contacts (login_id, full_name, email, locale, portal_access, disabled)
        VALUES
            ('ana',    'Ana Two',                        'ana@example.com',    'en', true,  false),
            ('zoe',    '<b>Zoe</b> <a href="http://example.net/">Tag</a> & Co', 'zoe@example.net', 'en', true, false),
            ('jose',   'José Nuñez',                     'jose@example.net',   'es', true,  false),
            ('office1','Olga Desk',                      'office@example.com', 'en', true,  false),
            ('office2','Otto Desk',                      'Office@Example.com', 'en', true,  false),
            ('noport', 'Nils Outside',                   'nils@example.com',   'en', false, false),
            ('leila',  'ليلى حداد',                      'leila@example.net',  'ar', true,  false),
            ('yuki',   '高橋 由紀',                      'yuki@example.net',   'ja', true,  false);

        INSERT INTO directory.client_contacts (client_id, contact_id)
        SELECT client.id, contact.id
        FROM (VALUES
            ('C1001', 'ana'), ('C1002', 'ana'), ('C1002', 'zoe'), ('C1003', 'jose'),
            ('C1001', 'office1'), ('C1001', 'office2'), ('C1003', 'noport'), ('C1003', 'leila'), ('C1003', 'yuki')
        ) AS link (account_number, login_id)
        JOIN directory.clients AS client USING (account_number)
        JOIN directory.contacts AS contact USING (login_id);

        UPDATE directory.users SET password_hash = '\(passwordHash)', pin_hash = '\(pinHash)';
        UPDATE directory.contacts SET password_hash = '\(passwordHash)';
        """
}
